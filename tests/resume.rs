//! Downloads over a network that fails in every way: what is kept at the end always has the right digest.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use lacuna::manifest::{
    Artifact, Digest, FilePart, Source,
    resume::{Body, Broken, Download, Step, Stop},
};
use proptest::prelude::*;

/// What a server does with one request.
#[derive(Clone, Debug)]
enum Answer {
    /// The right bytes, cut off after so many.
    Cut(usize),
    /// All of the right bytes.
    Honest,
    /// The whole thing although a range was asked for, cut off after so many bytes.
    Whole(usize),
    /// A status and nothing else.
    Status(u16),
    /// No connection.
    Nothing,
    /// Bytes of another file, cut off after so many.
    Other(usize),
    /// The right bytes and then more.
    TooLong(usize),
    /// The site's policy forbids it.
    Forbidden,
}

/// The world around a download: a disk, and servers that have the file.
struct World {
    file: Vec<u8>,
    disk: Vec<u8>,
    answers: std::vec::IntoIter<Answer>,
    /// What every server does when the list has come to its end.
    then: Answer,
    asked: Vec<(String, u64, u32)>,
}

#[derive(Debug, PartialEq)]
enum End {
    Kept,
    Stopped(Stop),
    /// The tab was closed after so many steps.
    Closed,
}

impl World {
    fn new(file: Vec<u8>, answers: Vec<Answer>, then: Answer) -> Self {
        let (disk, asked) = (Vec::new(), Vec::new());
        Self { file, disk, answers: answers.into_iter(), then, asked }
    }

    /// One visit of at most `steps` steps.
    fn visit(&mut self, artifact: &Artifact, steps: usize) -> End {
        let mut download = Download::new(artifact, self.disk.len() as u64);
        for _ in 0..steps {
            match download.next() {
                Step::Hash { from, to } => {
                    for bytes in self.disk[from as usize..to as usize].chunks(7) {
                        download.stored(bytes);
                    }
                }
                Step::Cut { length } => {
                    self.disk.truncate(length as usize);
                    download.cut();
                }
                Step::Ask { url, from, wait } => {
                    self.asked.push((url.to_string(), from, wait));
                    self.ask(&mut download, artifact, &url, from as usize);
                }
                Step::Keep => return End::Kept,
                Step::Stop(stop) => return End::Stopped(stop),
            }
            assert_eq!(
                download.have().max(self.disk.len() as u64),
                self.disk.len() as u64,
                "what counts lies on the disk"
            );
        }
        End::Closed
    }

    fn ask(&mut self, download: &mut Download, artifact: &Artifact, url: &Source, from: usize) {
        let mut start = 0;
        let mut range = 0..self.file.len();
        for part in &artifact.parts {
            if part.urls.contains(url) {
                range = start..start + part.bytes as usize;
            }
            start += part.bytes as usize;
        }
        let there = self.file[range].to_vec();
        let first = |bytes: &[u8], count: usize| bytes[..count.min(bytes.len())].to_vec();
        let (status, bytes, breaks) = match self.answers.next().unwrap_or_else(|| self.then.clone())
        {
            Answer::Cut(count) => (206, first(&there[from..], count), true),
            Answer::Honest => (206, there[from..].to_vec(), false),
            Answer::Whole(count) => (200, first(&there, count), true),
            Answer::Status(status) => (status, b"sorry".to_vec(), false),
            Answer::Nothing => return download.broke(Broken::Connection),
            Answer::Forbidden => return download.broke(Broken::Policy(url.to_string())),
            Answer::Other(count) => {
                let other: Vec<u8> = there[from..].iter().map(|byte| byte ^ 0x55).collect();
                (206, first(&other, count), true)
            }
            Answer::TooLong(more) => {
                let mut bytes = there[from..].to_vec();
                bytes.resize(bytes.len() + more, 9);
                (206, bytes, false)
            }
        };
        match download.answered(status) {
            Body::Leave => return,
            Body::CutAndRead(length) => {
                self.disk.truncate(length as usize);
                download.cut();
            }
            Body::Read => {}
        }
        for chunk in bytes.chunks(5) {
            let count = download.take(chunk);
            self.disk.extend_from_slice(&chunk[..count]);
            if !download.is_reading() {
                return;
            }
        }
        if breaks { download.broke(Broken::Connection) } else { download.ended() }
    }
}

fn source(name: &str) -> Source {
    Source::new(name).unwrap()
}

/// The file at these mirrors and, where `part` is not 0, in parts of that length at two places each.
fn artifact(file: &[u8], mirrors: usize, part: usize) -> Artifact {
    let parts = if part == 0 { Vec::new() } else { file.chunks(part).collect() };
    Artifact {
        urls: (0..mirrors).map(|index| source(&format!("whole.{index}"))).collect(),
        bytes: file.len() as u64,
        sha256: Digest::of(file),
        parts: parts
            .iter()
            .enumerate()
            .map(|(index, bytes)| FilePart {
                urls: vec![source(&format!("part.{index}.a")), source(&format!("part.{index}.b"))],
                bytes: bytes.len() as u64,
                sha256: Digest::of(bytes),
            })
            .collect(),
    }
}

fn a_file() -> impl Strategy<Value = Vec<u8>> {
    prop::collection::vec(any::<u8>(), 1..200)
}

fn any_answer() -> impl Strategy<Value = Answer> {
    prop_oneof![
        (0usize..60).prop_map(Answer::Cut),
        Just(Answer::Honest),
        (0usize..250).prop_map(Answer::Whole),
        prop::sample::select(vec![404, 403, 416, 429, 500, 503, 301]).prop_map(Answer::Status),
        Just(Answer::Nothing),
        (0usize..250).prop_map(Answer::Other),
        (1usize..20).prop_map(Answer::TooLong),
        Just(Answer::Forbidden),
    ]
}

/// More steps than any download of these files can take.
const AMPLE: usize = 20_000;

#[test]
fn an_honest_server_is_asked_once() {
    let file: Vec<u8> = (0..100).collect();
    let mut world = World::new(file.clone(), vec![], Answer::Honest);
    assert_eq!(world.visit(&artifact(&file, 2, 0), AMPLE), End::Kept);
    assert_eq!(world.disk, file);
    assert_eq!(world.asked, [("whole.0".to_owned(), 0, 0)]);
}

#[test]
fn a_cut_is_resumed_where_it_broke_and_waited_for() {
    let file: Vec<u8> = (0..100).collect();
    let answers = vec![Answer::Cut(30), Answer::Nothing, Answer::Status(503), Answer::Cut(1)];
    let mut world = World::new(file.clone(), answers, Answer::Honest);
    assert_eq!(world.visit(&artifact(&file, 1, 0), AMPLE), End::Kept);
    let asked: Vec<(u64, u32)> = world.asked.iter().map(|(_, from, wait)| (*from, *wait)).collect();
    // The byte that came in between begins the waiting anew.
    assert_eq!(asked, [(0, 0), (30, 500), (30, 1_000), (30, 2_000), (31, 500)]);
}

#[test]
fn a_whole_answer_to_a_range_begins_again() {
    let file: Vec<u8> = (0..100).collect();
    let mut world = World::new(file.clone(), vec![Answer::Cut(30)], Answer::Whole(100));
    assert_eq!(world.visit(&artifact(&file, 1, 0), AMPLE), End::Kept);
    assert_eq!(world.disk, file);
    assert_eq!(world.asked.len(), 2);
}

#[test]
fn wrong_bytes_are_thrown_away_and_the_next_mirror_is_tried() {
    let file: Vec<u8> = (0..100).collect();
    let mut world = World::new(file.clone(), vec![Answer::Other(100)], Answer::Honest);
    assert_eq!(world.visit(&artifact(&file, 2, 0), AMPLE), End::Kept);
    assert_eq!(world.asked[1], ("whole.1".to_owned(), 0, 0));
    let mut world = World::new(file.clone(), vec![], Answer::Other(100));
    assert_eq!(world.visit(&artifact(&file, 2, 0), AMPLE), End::Stopped(Stop::WrongBytes));
    assert_eq!((world.disk.len(), world.asked.len()), (0, 2), "nothing of it stays");
}

#[test]
fn a_file_that_changed_in_the_middle_is_fetched_again() {
    let file: Vec<u8> = (0..100).collect();
    let mut world = World::new(file.clone(), vec![Answer::Other(40)], Answer::Honest);
    assert_eq!(world.visit(&artifact(&file, 1, 0), AMPLE), End::Kept);
    let from: Vec<u64> = world.asked.iter().map(|(_, from, _)| *from).collect();
    assert_eq!(from, [0, 40, 0]);
}

#[test]
fn the_most_telling_reason_is_told() {
    let file: Vec<u8> = (0..100).collect();
    let cases = [
        (vec![Answer::Status(404)], Answer::Nothing, Stop::Refused(404)),
        (
            vec![Answer::Status(404), Answer::Forbidden],
            Answer::Nothing,
            Stop::Blocked("whole.1".to_owned()),
        ),
        (vec![Answer::Other(200), Answer::Forbidden], Answer::Nothing, Stop::WrongBytes),
        (vec![], Answer::Nothing, Stop::Unreachable),
        (vec![], Answer::Cut(0), Stop::Unreachable),
        (vec![], Answer::Status(500), Stop::Refused(500)),
        (vec![], Answer::Whole(50), Stop::Unreachable),
    ];
    for (answers, then, stop) in cases {
        let mut world = World::new(file.clone(), answers, then.clone());
        assert_eq!(world.visit(&artifact(&file, 3, 0), AMPLE), End::Stopped(stop), "{then:?}");
    }
}

#[test]
fn parts_are_fetched_one_by_one_after_the_whole_file_failed() {
    let file: Vec<u8> = (0..100).collect();
    let answers = vec![Answer::Status(404), Answer::Honest, Answer::Status(404), Answer::Cut(10)];
    let mut world = World::new(file.clone(), answers, Answer::Honest);
    assert_eq!(world.visit(&artifact(&file, 1, 40), AMPLE), End::Kept);
    assert_eq!(world.disk, file);
    let asked: Vec<(&str, u64)> =
        world.asked.iter().map(|(url, from, _)| (url.as_str(), *from)).collect();
    let want = [
        ("whole.0", 0),
        ("part.0.a", 0),
        ("part.1.a", 0),
        ("part.1.b", 0),
        ("part.1.b", 10),
        ("part.2.a", 0),
    ];
    assert_eq!(asked, want);
}

#[test]
fn parts_that_are_right_alone_and_wrong_together_are_not_the_file() {
    let file: Vec<u8> = (0..100).collect();
    let mut wrong = artifact(&file, 0, 40);
    wrong.sha256 = Digest::of(b"another");
    let mut world = World::new(file, vec![], Answer::Honest);
    assert_eq!(world.visit(&wrong, AMPLE), End::Stopped(Stop::WrongBytes));
    assert_eq!(world.disk, b"");
}

proptest! {
    #[test]
    fn a_download_cut_anywhere_ends_with_the_right_digest(
        file in a_file(), cuts in prop::collection::vec(1usize..60, 0..30), part in prop::sample::select(vec![0, 17, 64]),
    ) {
        let answers = cuts.into_iter().map(Answer::Cut).collect();
        let mut world = World::new(file.clone(), answers, Answer::Honest);
        let mirrors = usize::from(part == 0);
        prop_assert_eq!(world.visit(&artifact(&file, mirrors, part), AMPLE), End::Kept);
        prop_assert_eq!(world.disk, file);
    }

    #[test]
    fn whatever_a_server_does_nothing_but_the_file_is_kept(
        file in a_file(), answers in prop::collection::vec(any_answer(), 0..40), then in any_answer(),
        mirrors in 0usize..3, part in prop::sample::select(vec![0, 17, 64]),
    ) {
        prop_assume!(mirrors > 0 || part > 0);
        let artifact = artifact(&file, mirrors, part);
        let mut world = World::new(file.clone(), answers, then);
        match world.visit(&artifact, AMPLE) {
            End::Kept => prop_assert_eq!(world.disk, file),
            End::Stopped(_) => {
                // A later visit, when the servers are well again, comes to a good end.
                world.answers = vec![].into_iter();
                world.then = Answer::Honest;
                prop_assert_eq!(world.visit(&artifact, AMPLE), End::Kept);
                prop_assert_eq!(world.disk, file);
            }
            End::Closed => prop_assert!(false, "a download comes to an end"),
        }
    }

    #[test]
    fn tabs_may_be_closed_and_disks_may_lie(
        file in a_file(), visits in prop::collection::vec((0usize..12, prop::option::of((any::<prop::sample::Index>(), any::<u8>()))), 0..8),
        answers in prop::collection::vec((0usize..40).prop_map(Answer::Cut), 0..20), part in prop::sample::select(vec![0, 17]),
    ) {
        let artifact = artifact(&file, 1, part);
        let mut world = World::new(file.clone(), answers, Answer::Honest);
        for (steps, damage) in visits {
            if world.visit(&artifact, steps) == End::Kept {
                break;
            }
            // A crash may lose what was written last, or leave something else.
            if let (Some((at, byte)), false) = (damage, world.disk.is_empty()) {
                let at = at.index(world.disk.len());
                world.disk[at] = byte;
                if byte % 2 == 0 {
                    world.disk.truncate(at);
                }
            }
        }
        prop_assert_eq!(world.visit(&artifact, AMPLE), End::Kept);
        prop_assert_eq!(world.disk, file);
    }
}
