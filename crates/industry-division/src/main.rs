//! The industry-division worker as a program of its own.

fn main() -> std::process::ExitCode {
    growthpole_worker_kit::run_program(growthpole_industry_division::worker, "127.0.0.1:50062")
}
