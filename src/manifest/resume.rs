//! What a download does next: a state machine without a network and without a disk.
//!
//! The driver in the worker asks [`Download::next`] what to do, does it, and tells what came of it. Everything that
//! is worth an argument is decided here: what may be resumed, when to begin again, which mirror is next, how long to
//! wait, and when to believe a file.
//!
//! Nothing is trusted but the digest. A server may ignore the range that it was asked for, serve another file than a
//! moment ago, end early or never; its headers may be hidden from a page of another site, so none is needed. What was
//! stored earlier is hashed again before it is built upon.

use super::{Artifact, Digest, Hasher, Source};

/// Failures in a row without one new byte after which a mirror is given up.
const MOST_FAILURES: u32 = 5;

/// How often a file whose bytes came in several answers is fetched again from the same mirror when its digest is
/// wrong: the answers may have been of different files.
const MOST_MIXED: u32 = 2;

/// The first wait, in milliseconds; each further one is twice as long.
const FIRST_WAIT: u32 = 500;

/// What is to be done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    /// Read what is stored from `from` up to `to` and hand it to [`Download::stored`], in order.
    Hash {
        /// Offset of the first byte.
        from: u64,
        /// Offset behind the last byte.
        to: u64,
    },
    /// Cut what is stored to `length` bytes and call [`Download::cut`].
    Cut {
        /// Bytes that stay.
        length: u64,
    },
    /// Wait, then ask for what lies at `url` from its byte `from` on; without a range where that is 0. What comes is
    /// told by [`Download::answered`] or [`Download::broke`].
    Ask {
        /// Where.
        url: Source,
        /// Offset in what lies there.
        from: u64,
        /// Milliseconds to wait before; 0 for a first try.
        wait: u32,
    },
    /// The file is whole and has its digest: keep it.
    Keep,
    /// Nothing more can be tried.
    Stop(Stop),
}

/// Why a download ended without a file, the more telling reasons last.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Stop {
    /// No answer came, or answers that broke off.
    Unreachable,
    /// The server refused, with this status.
    Refused(u16),
    /// The site's own policy does not let the page speak to this address.
    Blocked(String),
    /// What came is not the file that the manifest names.
    WrongBytes,
}

/// Why there was no answer, or no end of one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Broken {
    /// The connection failed.
    Connection,
    /// The site's own policy forbids this address.
    Policy(String),
}

/// What to do with the body of an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Body {
    /// Read it and hand it to [`Download::take`].
    Read,
    /// Cut what is stored to so many bytes, call [`Download::cut`], then read it: it begins at the beginning.
    CutAndRead(u64),
    /// Leave it.
    Leave,
}

/// A piece of the file that lies at addresses of its own.
#[derive(Clone, Debug)]
struct Piece {
    urls: Vec<Source>,
    start: u64,
    bytes: u64,
    sha256: Digest,
}

impl Piece {
    const fn end(&self) -> u64 {
        self.start + self.bytes
    }
}

/// What is known about the mirror that is being tried for the present piece.
#[derive(Clone, Copy, Debug, Default)]
struct Mirror {
    /// Failures in a row without a new byte.
    failures: u32,
    /// The furthest that it brought the file.
    best: u64,
    /// How often its bytes had the wrong digest after they came in several answers.
    mixed: u32,
}

/// One file on its way.
#[derive(Clone, Debug)]
pub struct Download {
    bytes: u64,
    sha256: Digest,
    /// Ways to the file: whole, and in parts.
    routes: Vec<Vec<Piece>>,
    route: usize,
    piece: usize,
    url: usize,
    mirror: Mirror,
    /// Bytes that lie on the disk.
    stored: u64,
    /// Bytes of them that count.
    have: u64,
    /// Bytes of those that the hashers have seen.
    hashed: u64,
    whole: Hasher,
    /// The hasher of the whole as it was where the present piece begins.
    before: Hasher,
    part: Hasher,
    /// Whether the bytes of the present piece come from several answers, or from an earlier visit.
    mixed: bool,
    /// Whether an answer's body is being read.
    reading: bool,
    reason: Option<Stop>,
    state: State,
}

/// Where a download stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    Going,
    Whole,
    Stopped,
}

impl Download {
    /// A download of a file of which `stored` bytes lie on the disk from an earlier visit.
    #[must_use]
    pub fn new(artifact: &Artifact, stored: u64) -> Self {
        let whole = Piece {
            urls: artifact.urls.clone(),
            start: 0,
            bytes: artifact.bytes,
            sha256: artifact.sha256,
        };
        let mut start = 0;
        let mut parts = Vec::with_capacity(artifact.parts.len());
        for part in &artifact.parts {
            let (urls, bytes, sha256) = (part.urls.clone(), part.bytes, part.sha256);
            parts.push(Piece { urls, start, bytes, sha256 });
            start = start.saturating_add(bytes);
        }
        let routes: Vec<Vec<Piece>> = [vec![whole], parts]
            .into_iter()
            .filter(|route| !route.is_empty() && route.iter().all(|piece| !piece.urls.is_empty()))
            .collect();
        Self {
            bytes: artifact.bytes,
            sha256: artifact.sha256,
            state: if routes.is_empty() { State::Stopped } else { State::Going },
            routes,
            route: 0,
            piece: 0,
            url: 0,
            mirror: Mirror::default(),
            stored,
            // More than the file has is no beginning of it.
            have: if stored > artifact.bytes { 0 } else { stored },
            hashed: 0,
            whole: Hasher::default(),
            before: Hasher::default(),
            part: Hasher::default(),
            mixed: false,
            reading: false,
            reason: None,
        }
    }

    /// Bytes of the file that are there.
    #[must_use]
    pub const fn have(&self) -> u64 {
        self.have
    }

    /// Length of the whole file.
    #[must_use]
    pub const fn bytes(&self) -> u64 {
        self.bytes
    }

    /// Whether more of the present answer is wanted.
    #[must_use]
    pub const fn is_reading(&self) -> bool {
        self.reading
    }

    /// What to do next. Asking changes nothing.
    #[must_use]
    pub fn next(&self) -> Step {
        if self.stored > self.have {
            return Step::Cut { length: self.have };
        }
        let unreachable = || Step::Stop(self.reason.clone().unwrap_or(Stop::Unreachable));
        match (self.state, self.at()) {
            (State::Stopped, _) => unreachable(),
            (State::Whole, _) => Step::Keep,
            (State::Going, _) if self.hashed < self.have => {
                Step::Hash { from: self.hashed, to: self.have }
            }
            (State::Going, None) => unreachable(),
            (State::Going, Some((piece, url))) => {
                let wait = match self.mirror.failures {
                    0 => 0,
                    failures => FIRST_WAIT << (failures - 1).min(8),
                };
                Step::Ask { url: url.clone(), from: self.have - piece.start, wait }
            }
        }
    }

    /// Takes bytes that were stored earlier, in order, all that [`Step::Hash`] asks for.
    pub fn stored(&mut self, bytes: &[u8]) {
        self.mixed = true;
        self.feed(bytes);
    }

    /// What is stored has been cut as asked.
    pub const fn cut(&mut self) {
        self.stored = self.have;
    }

    /// An answer has come, with this status. An answer that says 200 to a request with a range is the whole thing
    /// again, so what is stored of it is thrown away.
    #[must_use]
    pub fn answered(&mut self, status: u16) -> Body {
        let Some(start) = self.at().map(|(piece, _)| piece.start) else { return Body::Leave };
        let fresh = self.have == start;
        match status {
            206 | 200 if fresh => {
                self.mixed = false;
                self.reading = true;
                Body::Read
            }
            206 => {
                self.mixed = true;
                self.reading = true;
                Body::Read
            }
            200 => {
                self.begin_piece_again();
                self.reading = true;
                Body::CutAndRead(self.have)
            }
            // What lies there is shorter than what is stored: one of the two is not the file.
            416 => {
                self.begin_piece_again();
                self.failed(Stop::Refused(status));
                Body::Leave
            }
            // Too busy, or broken for the moment.
            408 | 425 | 429 | 500..=599 => {
                self.failed(Stop::Refused(status));
                Body::Leave
            }
            _ => {
                self.give_mirror_up(Stop::Refused(status));
                Body::Leave
            }
        }
    }

    /// Takes the next bytes of an answer, and says how many of them are to be stored behind what is stored: all but
    /// those beyond the end.
    #[must_use]
    pub fn take(&mut self, bytes: &[u8]) -> usize {
        let Some(end) = self.at().map(|(piece, _)| piece.end()) else { return 0 };
        if !self.reading || self.hashed != self.have {
            return 0;
        }
        let room = usize::try_from(end - self.have).unwrap_or(usize::MAX);
        let count = room.min(bytes.len());
        self.stored += count as u64;
        self.have = self.stored;
        self.feed(&bytes[..count]);
        count
    }

    /// The answer that was read came to its end.
    pub fn ended(&mut self) {
        if self.reading {
            self.failed(Stop::Unreachable);
        }
    }

    /// There was no answer, or the one that was read broke off. What came of it stays.
    pub fn broke(&mut self, broken: Broken) {
        match broken {
            Broken::Connection => self.failed(Stop::Unreachable),
            Broken::Policy(url) => self.give_mirror_up(Stop::Blocked(url)),
        }
    }

    fn at(&self) -> Option<(&Piece, &Source)> {
        let piece = self.routes.get(self.route)?.get(self.piece)?;
        Some((piece, piece.urls.get(self.url)?))
    }

    /// Hashes bytes that follow those hashed before, and looks at the digest where a piece ends.
    fn feed(&mut self, mut bytes: &[u8]) {
        while !bytes.is_empty() && self.state == State::Going && self.hashed < self.have {
            let Some((end, sha256)) = self.at().map(|(piece, _)| (piece.end(), piece.sha256))
            else {
                return;
            };
            let room = usize::try_from(end - self.hashed).unwrap_or(usize::MAX);
            let (now, rest) = bytes.split_at(room.min(bytes.len()));
            self.whole.update(now);
            self.part.update(now);
            self.hashed += now.len() as u64;
            bytes = rest;
            if self.hashed == end {
                if std::mem::take(&mut self.part).finish() != sha256 {
                    return self.wrong_digest();
                }
                self.end_piece();
            }
        }
    }

    /// A piece is whole and the right one.
    fn end_piece(&mut self) {
        self.reading = false;
        if self.piece + 1 < self.routes[self.route].len() {
            self.piece += 1;
            self.url = 0;
            self.before = self.whole.clone();
            self.mirror = Mirror { best: self.hashed, ..Mirror::default() };
        } else if self.whole.clone().finish() == self.sha256 {
            self.state = State::Whole;
        } else {
            // Every part is what the manifest says, but together they are not the file that it names.
            self.have = 0;
            self.give_route_up(Stop::WrongBytes);
        }
    }

    /// The present piece has another digest. If it was put together of several answers, the same mirror may still
    /// have the right one.
    fn wrong_digest(&mut self) {
        let (reading, mixed) = (self.reading, self.mixed);
        self.begin_piece_again();
        if !reading {
            // What an earlier visit left is nobody's fault.
            return;
        }
        self.mirror.mixed += 1;
        if !mixed || self.mirror.mixed > MOST_MIXED {
            self.give_mirror_up(Stop::WrongBytes);
        }
    }

    fn begin_piece_again(&mut self) {
        self.have = self.have.min(self.at().map_or(0, |(piece, _)| piece.start));
        self.hashed = self.have;
        self.whole = self.before.clone();
        self.part = Hasher::default();
        self.mixed = false;
        self.reading = false;
    }

    /// A try failed. The mirror is given up when it failed too often without bringing anything new.
    fn failed(&mut self, reason: Stop) {
        self.reading = false;
        if self.have > self.mirror.best {
            self.mirror.best = self.have;
            self.mirror.failures = 0;
        }
        self.mirror.failures += 1;
        if self.mirror.failures >= MOST_FAILURES {
            self.give_mirror_up(reason);
        }
    }

    fn give_mirror_up(&mut self, reason: Stop) {
        self.reading = false;
        self.url += 1;
        self.mirror = Mirror { best: self.have, ..Mirror::default() };
        if self.at().is_none() {
            self.give_route_up(reason);
        } else {
            self.note(reason);
        }
    }

    fn give_route_up(&mut self, reason: Stop) {
        self.note(reason);
        self.route += 1;
        (self.piece, self.url) = (0, 0);
        self.mirror = Mirror::default();
        self.state = if self.route < self.routes.len() { State::Going } else { State::Stopped };
        // The pieces of the next one are cut differently, so their digests are looked at from the beginning.
        (self.whole, self.before, self.part) = Default::default();
        self.hashed = 0;
    }

    fn note(&mut self, reason: Stop) {
        if self.reason.as_ref().is_none_or(|known| *known < reason) {
            self.reason = Some(reason);
        }
    }
}
