//! A disk between SQLite and the real one: it writes down what is written, and can be full.
//!
//! It is registered as SQLite's default file system, so that the store needs to know nothing of it, and passes through
//! all that is not in a directory of a [`Disk`]. The journal of highlights, which is no file of SQLite's, is looked at
//! whenever SQLite does something.

#![allow(unsafe_code, reason = "SQLite's file systems are tables of C functions")]

use std::collections::BTreeMap;
use std::ffi::{CStr, c_char, c_int, c_void};
use std::fs;
use std::mem::size_of;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};
use std::ptr;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock};

use rusqlite::ffi::{self, sqlite3_file, sqlite3_int64, sqlite3_io_methods, sqlite3_vfs};

/// Something that was done to a disk.
#[derive(Debug, Clone)]
pub enum Event {
    Create {
        name: String,
        file: usize,
    },
    Delete {
        name: String,
    },
    Write {
        file: usize,
        at: usize,
        bytes: Vec<u8>,
    },
    Truncate {
        file: usize,
        size: usize,
    },
    /// What was written to the file so far is on the disk.
    Sync {
        file: usize,
    },
    /// The names of the files are.
    SyncNames,
    /// So many steps were acknowledged.
    Kept(usize),
}

/// When a disk takes no more.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Full {
    Never,
    /// From the nth write on.
    From(usize),
    /// At the nth write alone.
    At(usize),
    /// From the nth write on, for what makes a file longer.
    LongerFrom(usize),
    /// At the nth time that what was written is to be on the disk.
    SyncAt(usize),
}

/// A directory, and what is done in it.
pub struct Disk {
    directory: PathBuf,
    state: Mutex<State>,
}

struct State {
    events: Vec<Event>,
    /// The files that there are, by name.
    files: BTreeMap<String, usize>,
    n_files: usize,
    journal_length: usize,
    full: Full,
    n_writes: usize,
    n_syncs: usize,
    n_refused: usize,
}

/// The name of the journal, as a file of the disk.
const JOURNAL: &str = "library.journal.jsonl";

impl Disk {
    /// Watches an empty directory.
    pub fn at(directory: &Path) -> Arc<Self> {
        assert_eq!(fs::read_dir(directory).unwrap().count(), 0);
        register();
        let state = State {
            events: Vec::new(),
            files: BTreeMap::new(),
            n_files: 0,
            journal_length: 0,
            full: Full::Never,
            n_writes: 0,
            n_syncs: 0,
            n_refused: 0,
        };
        let disk = Arc::new(Self { directory: directory.canonicalize().unwrap(), state: Mutex::new(state) });
        disks().push(Arc::clone(&disk));
        disk
    }

    /// Says when it is full; writes are counted from now on.
    pub fn fill(&self, full: Full) {
        let mut state = self.state();
        (state.full, state.n_writes, state.n_syncs, state.n_refused) = (full, 0, 0, 0);
    }

    /// Returns how often it was full.
    pub fn n_refused(&self) -> usize {
        self.state().n_refused
    }

    /// Says how many steps were acknowledged.
    pub fn acknowledge(&self, n_steps: usize) {
        let mut state = self.state();
        self.look_at_journal(&mut state);
        state.events.push(Event::Kept(n_steps));
    }

    /// Returns what was done so far, the first first.
    pub fn events(&self) -> Vec<Event> {
        self.state().events.clone()
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap()
    }

    fn note(&self, event: Event) {
        let mut state = self.state();
        self.look_at_journal(&mut state);
        state.events.push(event);
    }

    fn look_at_journal(&self, state: &mut State) {
        let Ok(bytes) = fs::read(self.directory.join(JOURNAL)) else { return };
        if !state.files.contains_key(JOURNAL) {
            // As it is opened, its name is put on the disk.
            state.create(JOURNAL.to_owned());
            state.events.push(Event::SyncNames);
        }
        let file = state.files[JOURNAL];
        if bytes.len() > state.journal_length {
            let at = state.journal_length;
            state.events.push(Event::Write { file, at, bytes: bytes[at..].to_vec() });
        } else if bytes.len() < state.journal_length {
            state.events.push(Event::Truncate { file, size: bytes.len() });
        } else {
            return;
        }
        // `Journal::append` has not returned before that was on the disk, and only then SQLite is asked for more.
        state.events.push(Event::Sync { file });
        state.journal_length = bytes.len();
    }

    /// Returns whether a write is refused.
    fn refuses_write(&self, is_longer: bool) -> bool {
        let mut state = self.state();
        state.n_writes += 1;
        let is_refused = match state.full {
            Full::Never | Full::SyncAt(_) => false,
            Full::From(number) => state.n_writes >= number,
            Full::At(number) => state.n_writes == number,
            Full::LongerFrom(number) => is_longer && state.n_writes >= number,
        };
        state.n_refused += usize::from(is_refused);
        is_refused
    }

    fn refuses_sync(&self) -> bool {
        let mut state = self.state();
        state.n_syncs += 1;
        let is_refused = state.full == Full::SyncAt(state.n_syncs);
        state.n_refused += usize::from(is_refused);
        is_refused
    }
}

impl State {
    fn create(&mut self, name: String) -> usize {
        let file = self.n_files;
        self.n_files += 1;
        self.files.insert(name.clone(), file);
        self.events.push(Event::Create { name, file });
        file
    }
}

fn disks() -> MutexGuard<'static, Vec<Arc<Disk>>> {
    static DISKS: Mutex<Vec<Arc<Disk>>> = Mutex::new(Vec::new());
    DISKS.lock().unwrap()
}

/// Returns the disk that a path is on, and its name there.
fn disk_of(path: &Path) -> Option<(Arc<Disk>, String)> {
    let disk = disks().iter().find(|disk| path.parent() == Some(&disk.directory)).map(Arc::clone)?;
    Some((disk, path.file_name()?.to_str()?.to_owned()))
}

/// An open file, after which in memory comes SQLite's own.
#[repr(C)]
struct Through {
    base: sqlite3_file,
    disk: *const Disk,
    file: usize,
    /// Whether the names in the directory are put on the disk with the file, as SQLite does with logs that it made.
    has_new_name: bool,
}

/// SQLite's own file system.
struct Real(*mut sqlite3_vfs);

// SAFETY: SQLite's file systems may be used by all threads, and this one is never unregistered.
unsafe impl Send for Real {}
// SAFETY: as above.
unsafe impl Sync for Real {}

static REAL: OnceLock<Real> = OnceLock::new();

fn register() {
    REAL.get_or_init(|| {
        // SAFETY: SQLite initialises itself; what is registered lives as long as the process.
        unsafe {
            let real = ffi::sqlite3_vfs_find(ptr::null());
            let mut vfs = *real;
            vfs.szOsFile += size_of::<Through>() as c_int;
            vfs.zName = c"recorded".as_ptr();
            vfs.pNext = ptr::null_mut();
            vfs.xOpen = Some(open);
            vfs.xDelete = Some(delete);
            let code = ffi::sqlite3_vfs_register(Box::into_raw(Box::new(vfs)), 1);
            assert_eq!(code, ffi::SQLITE_OK);
            Real(real)
        }
    });
}

fn real_vfs() -> *mut sqlite3_vfs {
    REAL.get().unwrap().0
}

/// Returns the real file behind one of ours.
unsafe fn behind(file: *mut sqlite3_file) -> *mut sqlite3_file {
    // SAFETY: SQLite has given so much room for each file as was asked for.
    unsafe { file.cast::<u8>().add(size_of::<Through>()).cast() }
}

unsafe fn path_of(name: *const c_char) -> Option<PathBuf> {
    // SAFETY: SQLite's names end with a zero.
    (!name.is_null()).then(|| unsafe { PathBuf::from(std::ffi::OsStr::from_bytes(CStr::from_ptr(name).to_bytes())) })
}

unsafe extern "C" fn open(
    _: *mut sqlite3_vfs,
    name: *const c_char,
    file: *mut sqlite3_file,
    flags: c_int,
    out_flags: *mut c_int,
) -> c_int {
    // SAFETY: as SQLite calls it; `file` has room for ours and for the real one behind it.
    unsafe {
        let real = real_vfs();
        let path = path_of(name);
        let Some((disk, name_there)) = path.and_then(|path| disk_of(&path)) else {
            return (*real).xOpen.unwrap()(real, name, file, flags, out_flags);
        };
        let ours = file.cast::<Through>();
        (*ours).base.pMethods = ptr::null();
        (*behind(file)).pMethods = ptr::null();
        let code = (*real).xOpen.unwrap()(real, name, behind(file), flags, out_flags);
        if code != ffi::SQLITE_OK {
            return code;
        }
        let mut state = disk.state();
        let known = state.files.get(&name_there).copied();
        let number = known.unwrap_or_else(|| state.create(name_there));
        drop(state);
        let logs = ffi::SQLITE_OPEN_WAL | ffi::SQLITE_OPEN_MAIN_JOURNAL | ffi::SQLITE_OPEN_SUPER_JOURNAL;
        (*ours).file = number;
        (*ours).has_new_name = flags & ffi::SQLITE_OPEN_CREATE != 0 && flags & logs != 0;
        (*ours).disk = Arc::into_raw(disk);
        (*ours).base.pMethods = &METHODS;
        code
    }
}

unsafe extern "C" fn delete(_: *mut sqlite3_vfs, name: *const c_char, sync_directory: c_int) -> c_int {
    // SAFETY: as SQLite calls it.
    unsafe {
        let real = real_vfs();
        let code = (*real).xDelete.unwrap()(real, name, sync_directory);
        if code == ffi::SQLITE_OK
            && let Some((disk, name)) = path_of(name).and_then(|path| disk_of(&path))
            && disk.state().files.remove(&name).is_some()
        {
            disk.note(Event::Delete { name });
            if sync_directory != 0 {
                disk.note(Event::SyncNames);
            }
        }
        code
    }
}

unsafe extern "C" fn close(file: *mut sqlite3_file) -> c_int {
    // SAFETY: the disk was put there as the file was opened, and is taken back once.
    unsafe {
        drop(Arc::from_raw((*file.cast::<Through>()).disk));
        let real = behind(file);
        (*(*real).pMethods).xClose.unwrap()(real)
    }
}

unsafe extern "C" fn write(file: *mut sqlite3_file, bytes: *const c_void, n_bytes: c_int, at: sqlite3_int64) -> c_int {
    // SAFETY: as SQLite calls it.
    unsafe {
        let (ours, real) = (&*file.cast::<Through>(), behind(file));
        let methods = &*(*real).pMethods;
        let mut size = 0;
        methods.xFileSize.unwrap()(real, &mut size);
        let is_refused = (*ours.disk).refuses_write(at + i64::from(n_bytes) > size);
        // Of what does not fit, the first part does.
        let n_written = if is_refused { n_bytes / 2 } else { n_bytes };
        let code = methods.xWrite.unwrap()(real, bytes, n_written, at);
        if code == ffi::SQLITE_OK {
            let bytes = std::slice::from_raw_parts(bytes.cast::<u8>(), n_written as usize).to_vec();
            (*ours.disk).note(Event::Write { file: ours.file, at: at as usize, bytes });
        }
        if is_refused { ffi::SQLITE_FULL } else { code }
    }
}

unsafe extern "C" fn truncate(file: *mut sqlite3_file, size: sqlite3_int64) -> c_int {
    // SAFETY: as SQLite calls it.
    unsafe {
        let (ours, real) = (&*file.cast::<Through>(), behind(file));
        let code = (*(*real).pMethods).xTruncate.unwrap()(real, size);
        if code == ffi::SQLITE_OK {
            (*ours.disk).note(Event::Truncate { file: ours.file, size: size as usize });
        }
        code
    }
}

unsafe extern "C" fn sync(file: *mut sqlite3_file, flags: c_int) -> c_int {
    // SAFETY: as SQLite calls it.
    unsafe {
        let (ours, real) = (&mut *file.cast::<Through>(), behind(file));
        if (*ours.disk).refuses_sync() {
            return ffi::SQLITE_IOERR_FSYNC;
        }
        let code = (*(*real).pMethods).xSync.unwrap()(real, flags);
        if code == ffi::SQLITE_OK {
            (*ours.disk).note(Event::Sync { file: ours.file });
            if std::mem::take(&mut ours.has_new_name) {
                (*ours.disk).note(Event::SyncNames);
            }
        }
        code
    }
}

unsafe extern "C" fn share(
    file: *mut sqlite3_file,
    page: c_int,
    size: c_int,
    extend: c_int,
    out: *mut *mut c_void,
) -> c_int {
    // SAFETY: as SQLite calls it.
    unsafe {
        let (ours, real) = (&*file.cast::<Through>(), behind(file));
        if page == 0 && extend != 0 && (*ours.disk).refuses_write(true) {
            return ffi::SQLITE_IOERR_SHMSIZE;
        }
        (*(*real).pMethods).xShmMap.unwrap()(real, page, size, extend, out)
    }
}

/// Makes functions that only pass on what they are asked for.
macro_rules! passed_on {
    ($($name:ident: $method:ident($($argument:ident: $kind:ty),*) -> $result:ty;)*) => {
        $(unsafe extern "C" fn $name(file: *mut sqlite3_file $(, $argument: $kind)*) -> $result {
            // SAFETY: as SQLite calls it.
            unsafe {
                let real = behind(file);
                (*(*real).pMethods).$method.unwrap()(real $(, $argument)*)
            }
        })*
    };
}

passed_on! {
    read: xRead(into: *mut c_void, n_bytes: c_int, at: sqlite3_int64) -> c_int;
    file_size: xFileSize(size: *mut sqlite3_int64) -> c_int;
    lock: xLock(level: c_int) -> c_int;
    unlock: xUnlock(level: c_int) -> c_int;
    check_reserved_lock: xCheckReservedLock(out: *mut c_int) -> c_int;
    file_control: xFileControl(what: c_int, argument: *mut c_void) -> c_int;
    sector_size: xSectorSize() -> c_int;
    device_characteristics: xDeviceCharacteristics() -> c_int;
    share_lock: xShmLock(from: c_int, count: c_int, flags: c_int) -> c_int;
    share_barrier: xShmBarrier() -> ();
    share_end: xShmUnmap(is_deleted: c_int) -> c_int;
}

static METHODS: sqlite3_io_methods = sqlite3_io_methods {
    // Without the third version's memory maps, which nothing here could see.
    iVersion: 2,
    xClose: Some(close),
    xRead: Some(read),
    xWrite: Some(write),
    xTruncate: Some(truncate),
    xSync: Some(sync),
    xFileSize: Some(file_size),
    xLock: Some(lock),
    xUnlock: Some(unlock),
    xCheckReservedLock: Some(check_reserved_lock),
    xFileControl: Some(file_control),
    xSectorSize: Some(sector_size),
    xDeviceCharacteristics: Some(device_characteristics),
    xShmMap: Some(share),
    xShmLock: Some(share_lock),
    xShmBarrier: Some(share_barrier),
    xShmUnmap: Some(share_end),
    xFetch: None,
    xUnfetch: None,
};
