//! The callback of HiGHS.
#![allow(unsafe_code)]

use std::ffi::{c_char, c_int, c_void};

use highs::{HighsStatus, Model, SolvedModel};
use highs_sys::{
    Highs_setCallback, Highs_startCallback, HighsCallbackDataIn, HighsCallbackDataOut, STATUS_ERROR,
    kHighsCallbackMipInterrupt,
};

use crate::{HighsError, Seen};

/// What the callback is given: who decides whether to go on.
struct Watcher<'a> {
    go_on: &'a mut dyn FnMut(Seen) -> bool,
}

/// Solves a model, and asks `go_on` whenever HiGHS can be interrupted.
pub(crate) fn with_callback(mut model: Model, go_on: &mut dyn FnMut(Seen) -> bool) -> Result<SolvedModel, HighsError> {
    let mut watcher = Watcher { go_on };
    let highs = model.as_mut_ptr();
    // SAFETY: `highs` is the live instance that `model` owns. The watcher outlives the one call that uses the pointer to it,
    // `try_solve`, which runs the callback on this thread's search only; afterwards the callback is taken back.
    let statuses = unsafe {
        [
            Highs_setCallback(highs, Some(ask), (&raw mut watcher).cast::<c_void>()),
            Highs_startCallback(highs, kHighsCallbackMipInterrupt),
        ]
    };
    if statuses.contains(&STATUS_ERROR) {
        return Err(HighsError::Status(HighsStatus::Error));
    }
    let mut solved = model.try_solve().map_err(HighsError::Status)?;
    // SAFETY: the instance is the same, now owned by `solved`; without a callback, nothing points to the watcher any more.
    unsafe { Highs_setCallback(solved.as_mut_ptr(), None, std::ptr::null_mut()) };
    Ok(solved)
}

/// Asks the watcher, and tells HiGHS to end where it says no.
///
/// # Safety
///
/// HiGHS calls it with its own data and the pointer that [`with_callback`] gave.
unsafe extern "C" fn ask(
    _kind: c_int,
    _message: *const c_char,
    out: *const HighsCallbackDataOut,
    into: *mut HighsCallbackDataIn,
    watcher: *mut c_void,
) {
    // SAFETY: HiGHS hands its own data in, which live for the call and are shared with nobody, and the watcher that
    // `with_callback` holds for as long; null pointers are left alone.
    let (out, into, watcher) = unsafe { (out.as_ref(), into.as_mut(), watcher.cast::<Watcher<'_>>().as_mut()) };
    let (Some(out), Some(into), Some(watcher)) = (out, into, watcher) else { return };
    let seen = Seen {
        nodes: u64::try_from(out.mip_node_count).unwrap_or_default(),
        objective: out.mip_primal_bound,
        bound: out.mip_dual_bound,
    };
    if !(watcher.go_on)(seen) {
        into.user_interrupt = 1;
    }
}
