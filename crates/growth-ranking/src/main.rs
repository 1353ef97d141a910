//! The growth-ranking worker as a program of its own.

fn main() -> std::process::ExitCode {
    growthpole_worker_kit::run_program(growthpole_growth_ranking::worker, "127.0.0.1:50061")
}
