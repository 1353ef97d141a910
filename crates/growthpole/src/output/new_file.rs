//! Files that are there once they are whole: what has the name of one is never a part of it.

use std::ffi::OsStr;
use std::fs::File;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

/// A file that is being written. It has no name until it is whole, so that nothing of it is left where the program is
/// ended; where the file system knows no such files, it has another name until then.
#[derive(Debug)]
pub(crate) struct NewFile {
    file: File,
    path: PathBuf,
    other_name: OtherName,
}

/// A name beside the one that the file is to have; what has it is removed in the end.
#[derive(Debug)]
struct OtherName {
    path: PathBuf,
    is_taken: bool,
}

impl NewFile {
    /// Begins a file that is to have a name, which another file may have until then.
    ///
    /// # Errors
    ///
    /// Those of the file system.
    pub(crate) fn create(path: &Path) -> io::Result<Self> {
        let mut other_name = OtherName::beside(path);
        let file = match without_name(folder_of(path)) {
            Some(file) => file,
            None => other_name.take(|path| File::create(path))?,
        };
        Ok(Self { file, path: path.to_owned(), other_name })
    }

    /// Gives the file its name, now that it is whole, in place of any that had it.
    ///
    /// # Errors
    ///
    /// Those of the file system. What had the name has it still.
    pub(crate) fn finish(mut self) -> io::Result<()> {
        self.file.sync_all()?;
        if !self.other_name.is_taken {
            match give_name(&self.file, &self.path) {
                // A further name takes no other file's place; renaming does.
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
                done => return done,
            }
            let file = &self.file;
            self.other_name.take(|path| give_name(file, path))?;
        }
        std::fs::rename(&self.other_name.path, &self.path)?;
        self.other_name.is_taken = false;
        Ok(())
    }
}

impl Write for NewFile {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.file.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

impl OtherName {
    /// One of this process, as others may write the same file.
    fn beside(path: &Path) -> Self {
        let mut name = path.file_name().unwrap_or(OsStr::new("")).to_owned();
        name.push(format!(".part{}", std::process::id()));
        Self { path: path.with_file_name(name), is_taken: false }
    }

    /// Gives the name to a file. Another process that had the number of this one may have left its own there.
    fn take<T>(&mut self, give: impl Fn(&Path) -> io::Result<T>) -> io::Result<T> {
        let _ = std::fs::remove_file(&self.path);
        let given = give(&self.path)?;
        self.is_taken = true;
        Ok(given)
    }
}

impl Drop for OtherName {
    fn drop(&mut self) {
        if self.is_taken {
            // What is left is of no use; that it cannot be removed changes nothing about what went wrong.
            let _ = std::fs::remove_file(&self.path);
        }
    }
}

fn folder_of(path: &Path) -> &Path {
    path.parent().filter(|folder| *folder != Path::new("")).unwrap_or(Path::new("."))
}

/// A file in a folder without a name, which it can be given later; none where there is no such file.
#[cfg(target_os = "linux")]
fn without_name(folder: &Path) -> Option<File> {
    use rustix::fs::{Mode, OFlags, open};
    let file = File::from(open(folder, OFlags::TMPFILE | OFlags::WRONLY | OFlags::CLOEXEC, Mode::from(0o666)).ok()?);
    // Names are given by the number under which it is open, which has a place only where there is such a file system.
    std::fs::metadata(open_as(&file)).is_ok().then_some(file)
}

/// Where Linux knows an open file.
#[cfg(target_os = "linux")]
fn open_as(file: &File) -> PathBuf {
    use std::os::fd::AsRawFd as _;
    format!("/proc/self/fd/{}", file.as_raw_fd()).into()
}

#[cfg(target_os = "linux")]
fn give_name(file: &File, to: &Path) -> io::Result<()> {
    use rustix::fs::{AtFlags, CWD, linkat};
    Ok(linkat(CWD, open_as(file), CWD, to, AtFlags::SYMLINK_FOLLOW)?)
}

#[cfg(not(target_os = "linux"))]
fn without_name(_: &Path) -> Option<File> {
    None
}

#[cfg(not(target_os = "linux"))]
fn give_name(_: &File, _: &Path) -> io::Result<()> {
    Err(io::ErrorKind::Unsupported.into())
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn names(folder: &Path) -> Vec<String> {
        let entries = std::fs::read_dir(folder).unwrap();
        entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect()
    }

    #[test]
    fn it_has_its_name_once_it_is_whole_in_place_of_any_other() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.csv");
        for text in ["one", "two"] {
            let mut file = NewFile::create(&path).unwrap();
            file.write_all(text.as_bytes()).unwrap();
            assert_ne!(std::fs::read_to_string(&path).ok().as_deref(), Some(text));
            file.finish().unwrap();
            assert_eq!(
                (std::fs::read_to_string(&path).unwrap().as_str(), names(folder.path())),
                (text, vec!["a.csv".to_owned()])
            );
        }
    }

    #[test]
    #[cfg(target_os = "linux")]
    fn until_then_it_has_none() {
        let folder = tempfile::tempdir().unwrap();
        let mut file = NewFile::create(&folder.path().join("a.csv")).unwrap();
        file.write_all(b"one").unwrap();
        assert!(names(folder.path()).is_empty(), "{:?}", names(folder.path()));
    }

    #[test]
    fn under_another_name_it_goes_the_same_way() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.csv");
        let named = || {
            let mut other_name = OtherName::beside(&path);
            let file = other_name.take(|path| File::create(path)).unwrap();
            NewFile { file, path: path.clone(), other_name }
        };
        drop(named());
        assert!(names(folder.path()).is_empty());
        let mut file = named();
        file.write_all(b"one").unwrap();
        file.finish().unwrap();
        assert_eq!(
            (std::fs::read_to_string(&path).unwrap().as_str(), names(folder.path())),
            ("one", vec!["a.csv".to_owned()])
        );
    }

    #[test]
    fn what_cannot_be_finished_leaves_nothing_else() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.csv");
        let file = NewFile::create(&path).unwrap();
        std::fs::create_dir(&path).unwrap();
        assert!(file.finish().is_err());
        assert_eq!(names(folder.path()), ["a.csv"]);
    }
}
