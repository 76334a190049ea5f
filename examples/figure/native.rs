//! Times one synthesis natively: `figure CASE` prints milliseconds and the checksum of the picture.
#![expect(
    clippy::print_stdout,
    clippy::disallowed_methods,
    reason = "a program that prints how long it took"
)]

mod cases;

fn main() {
    let case = std::env::args().nth(1).and_then(|case| case.parse().ok()).unwrap_or(0);
    let start = std::time::Instant::now();
    let sum = cases::run(case);
    println!(
        "{:.1} {sum:08x} {}",
        start.elapsed().as_secs_f64() * 1000.0,
        cases::NAMES.get(case).unwrap_or(&"")
    );
}
