#![no_main]

use growthpole_fuzz::targets::{self, Scratch};

libfuzzer_sys::fuzz_target!(init: growthpole_fuzz::end_at_uncaught_panics_only(), |bytes: &[u8]| {
    targets::format(&mut Scratch::new(), bytes);
});
