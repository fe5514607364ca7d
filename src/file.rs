//! Files put in place whole, and the lock that makes one process the writer of a folder.

use std::{
    ffi::{OsStr, OsString},
    fs::{self, File, OpenOptions, TryLockError},
    io::{self, Write},
    path::{Path, PathBuf},
    process,
    sync::atomic::{AtomicU32, Ordering},
};

use crate::error::{Error, Result};
use crate::message;

/// Makes `bytes` the content of `path`, creating its folders, and says whether that changed the file.
///
/// A reader finds the old content or the new, never a part, and so does the next run after a crash.
/// A file that already holds exactly these bytes is left untouched. A symbolic link stays, its target
/// is replaced.
///
/// # Errors
/// [`Error::Io`] with the path; the old content is then still there.
pub fn write_atomic(path: &Path, bytes: &[u8]) -> Result<bool> {
    // Renaming onto a link would replace the link.
    let target = fs::canonicalize(path).unwrap_or_else(|_| path.to_path_buf());
    let (Some(folder), Some(name)) = (target.parent(), target.file_name()) else {
        return Err(Error::Invalid(message!("{path} is not the path of a file", path)));
    };
    match fs::read(&target) {
        Ok(old) if old == bytes => return Ok(false),
        Err(e) if e.kind() != io::ErrorKind::NotFound => return Err(Error::io("read", path)(e)),
        _ => {}
    }
    fs::create_dir_all(folder).map_err(Error::io("create", folder))?;

    static COUNT: AtomicU32 = AtomicU32::new(0);
    let count = COUNT.fetch_add(1, Ordering::Relaxed);
    let mut beside = OsString::from(".");
    beside.push(name);
    beside.push(format!(".{}-{count}.tmp", process::id()));
    let beside = folder.join(beside);
    let written = write_synced(&beside, &target, bytes).and_then(|()| fs::rename(&beside, &target));
    if let Err(e) = written {
        // Best effort: the first error is the one to report.
        let _ = fs::remove_file(&beside);
        return Err(Error::io("write", path)(e));
    }
    sync_folder(folder).map_err(Error::io("write", path))?;
    Ok(true)
}

/// What a folder holds, in the order of the names; nothing if there is no such folder.
///
/// # Errors
/// [`Error::Io`] with the path.
pub fn list(folder: &Path) -> Result<Vec<PathBuf>> {
    let entries = match fs::read_dir(folder) {
        Err(e) if e.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        entries => entries.map_err(Error::io("read", folder))?,
    };
    let path = |entry: io::Result<fs::DirEntry>| entry.map(|entry| entry.path());
    let mut paths: Vec<PathBuf> =
        entries.map(path).collect::<io::Result<_>>().map_err(Error::io("read", folder))?;
    paths.sort_unstable();
    Ok(paths)
}

/// Takes a file away, if it is there, and returns once that will outlive a power failure.
///
/// # Errors
/// [`Error::Io`] with the path.
pub fn remove(path: &Path) -> Result<()> {
    match fs::remove_file(path) {
        Err(e) if e.kind() == io::ErrorKind::NotFound => Ok(()),
        removed => removed
            .and_then(|()| sync_folder(path.parent().unwrap_or(path)))
            .map_err(Error::io("remove", path)),
    }
}

/// Removes what [`write_atomic`] left in `folder` when its process was killed. Only for the one who
/// writes there: what another process is writing right now would go as well. Temporary files under
/// other names stay, because the folder may be somebody else's too.
pub fn sweep(folder: &Path) {
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        if is_beside(&entry.file_name()) {
            // It does no harm where it cannot be removed.
            let _ = fs::remove_file(entry.path());
        }
    }
}

/// Whether a name is one that [`write_atomic`] gives: `.NAME.PID-COUNT.tmp`.
fn is_beside(name: &OsStr) -> bool {
    let name = name.to_string_lossy();
    let is_number = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    let inner = name.strip_prefix('.').and_then(|rest| rest.strip_suffix(".tmp"));
    inner.and_then(|inner| inner.rsplit_once('.')).is_some_and(|(target, numbers)| {
        let numbers = numbers.split_once('-');
        !target.is_empty() && numbers.is_some_and(|(pid, n)| is_number(pid) && is_number(n))
    })
}

fn write_synced(beside: &Path, target: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut file = File::create(beside)?;
    // A file that its owner made private stays private.
    if let Ok(old) = fs::metadata(target) {
        file.set_permissions(old.permissions())?;
    }
    file.write_all(bytes)?;
    file.sync_all()
}

/// Makes a rename last through a power failure; only Unix opens folders as files.
fn sync_folder(folder: &Path) -> io::Result<()> {
    if !cfg!(unix) {
        return Ok(());
    }
    let folder = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
    File::open(folder)?.sync_all()
}

/// Exclusive use of a folder for as long as the value lives, in this process or any other.
///
/// The operating system gives the lock back when its process ends, however it ends.
#[derive(Debug)]
pub struct Lock(File);

impl Lock {
    /// Locks `dir`, which exists, through the file `lock` in it, and leaves the process number there.
    ///
    /// # Errors
    /// [`Error::Locked`] if somebody else has it, [`Error::Io`] if the file cannot be made or locked.
    pub fn take(dir: &Path) -> Result<Self> {
        let path = dir.join("lock");
        let mut file = OpenOptions::new()
            .create(true)
            .write(true)
            .truncate(false)
            .open(&path)
            .map_err(Error::io("open", &path))?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                return Err(Error::Locked {
                    path: dir.to_path_buf(),
                    pid: fs::read_to_string(&path).ok().and_then(|text| text.trim().parse().ok()),
                });
            }
            Err(TryLockError::Error(e)) => return Err(Error::io("lock", &path)(e)),
        }
        file.set_len(0)
            .and_then(|()| writeln!(file, "{}", process::id()))
            .map_err(Error::io("write", &path))?;
        Ok(Lock(file))
    }
}

impl Drop for Lock {
    fn drop(&mut self) {
        // The number is only for the message; closing the file releases the lock in any case.
        let _ = self.0.set_len(0);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_written_once_and_nothing_is_left_beside_it() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a/b/digest.md");
        for (bytes, changed) in [
            (&b"one"[..], true),
            (b"one", false),
            (b"two, longer", true),
            (b"", true),
            (b"", false),
        ] {
            assert_eq!(write_atomic(&path, bytes).unwrap(), changed, "{bytes:?}");
            assert_eq!(fs::read(&path).unwrap(), bytes);
        }
        let names: Vec<_> = fs::read_dir(path.parent().unwrap())
            .unwrap()
            .map(|entry| entry.unwrap().file_name())
            .collect();
        assert_eq!(names, ["digest.md"]);
    }

    #[test]
    fn an_unchanged_file_keeps_its_time() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("x");
        write_atomic(&path, b"same").unwrap();
        let long_ago = std::time::SystemTime::UNIX_EPOCH + std::time::Duration::from_secs(1000);
        let file = OpenOptions::new().write(true).open(&path).unwrap();
        file.set_modified(long_ago).unwrap();
        assert!(!write_atomic(&path, b"same").unwrap());
        assert_eq!(fs::metadata(&path).unwrap().modified().unwrap(), long_ago);
    }

    #[test]
    fn what_a_killed_process_left_is_swept_away() {
        let folder = tempfile::tempdir().unwrap();
        let left = [".a.md.12-0.tmp", ".index.html.4711-13.tmp"];
        let foreign = [".hidden", "a.md", "a.tmp", ".a.tmp", ".12-0.tmp", "..12-0.tmp"];
        let foreign = foreign.into_iter().chain([".a.md.x-0.tmp", ".a.12-.tmp", ".a.12.tmp"]);
        let foreign: Vec<&str> = foreign.chain(["a.md.12-0.tmp", ".a.md.12-0.tmp~"]).collect();
        let path = |name: &&str| folder.path().join(name);
        left.iter().chain(&foreign).for_each(|name| fs::write(path(name), "x").unwrap());
        sweep(folder.path());
        sweep(&folder.path().join("absent"));
        assert!(left.iter().all(|name| !path(name).exists()));
        assert!(foreign.iter().all(|name| path(name).exists()));
    }

    #[test]
    fn what_cannot_be_a_file_is_refused_by_name() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("file");
        fs::write(&file, b"x").unwrap();
        for path in [folder.path().to_path_buf(), file.join("below")] {
            let message = write_atomic(&path, b"y").unwrap_err().to_string();
            assert!(message.contains(path.to_str().unwrap()), "{message}");
        }
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }

    #[cfg(unix)]
    #[test]
    fn links_and_permissions_survive() {
        use std::os::unix::fs::{PermissionsExt, symlink};
        let folder = tempfile::tempdir().unwrap();
        let (real, link) = (folder.path().join("real"), folder.path().join("link"));
        fs::write(&real, b"old").unwrap();
        fs::set_permissions(&real, fs::Permissions::from_mode(0o600)).unwrap();
        symlink(&real, &link).unwrap();
        write_atomic(&link, b"new").unwrap();
        assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
        assert_eq!(fs::read(&real).unwrap(), b"new");
        let mode = fs::metadata(&real).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }

    #[test]
    fn the_second_taker_learns_who_holds_the_lock() {
        let folder = tempfile::tempdir().unwrap();
        let held = Lock::take(folder.path()).unwrap();
        match Lock::take(folder.path()) {
            Err(Error::Locked { path, pid }) => {
                assert_eq!(path, folder.path());
                assert!(!cfg!(unix) || pid == Some(process::id()), "{pid:?}");
            }
            other => panic!("{other:?}"),
        }
        drop(held);
        Lock::take(folder.path()).unwrap();
    }
}
