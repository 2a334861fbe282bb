//! The reader's own rules for sites: `sites.toml` in the directory for recto's configuration, read once.

use std::env;
use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use crate::format::Sites;

/// The most that is read of the file, in bytes.
const MOST: u64 = 1 << 20;

/// Rules, and what was wrong with the file, a sentence each.
#[derive(Debug, Default)]
pub struct OwnSites {
    pub sites: Sites,
    pub faults: Vec<String>,
}

/// Returns the reader's own rules; without a file there are none.
pub fn own_sites() -> &'static OwnSites {
    static OWN: OnceLock<OwnSites> = OnceLock::new();
    OWN.get_or_init(|| place().map(|path| read(&path)).unwrap_or_default())
}

/// Returns where the file is (XDG Base Directory Specification).
fn place() -> Option<PathBuf> {
    let configured = env::var_os("XDG_CONFIG_HOME").map(PathBuf::from).filter(|path| path.is_absolute());
    let config = configured.or_else(|| Some(Path::new(&env::var_os("HOME")?).join(".config")))?;
    Some(config.join("recto").join("sites.toml"))
}

fn read(path: &Path) -> OwnSites {
    let mut text = String::new();
    match File::open(path).and_then(|file| file.take(MOST).read_to_string(&mut text)) {
        Ok(_) => {
            let (sites, faults) = Sites::read(&text);
            OwnSites {
                sites,
                faults: faults.into_iter().map(|fault| format!("`{}`: {fault}", path.display())).collect(),
            }
        }
        Err(error) if error.kind() == io::ErrorKind::NotFound => OwnSites::default(),
        Err(error) => {
            OwnSites { faults: vec![format!("cannot read `{}`: {error}", path.display())], ..OwnSites::default() }
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use super::*;

    #[test]
    fn tells_what_is_wrong_with_the_file() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("sites.toml");
        assert!(read(&path).faults.is_empty(), "no file is no fault");
        std::fs::write(&path, "[[site]]\nhosts = [\"weir.example\"]\ndrop = [\".gates\"]\n").unwrap();
        let own = read(&path);
        assert!(own.faults.is_empty() && own.sites != Sites::default());
        std::fs::write(&path, "[[site]]\nhosts = [\"weir.example\"]\ndrop = [\"..\"]\n").unwrap();
        let faults = read(&path).faults;
        assert!(matches!(faults.as_slice(), [fault] if fault.contains("sites.toml`: rule 1")), "{faults:?}");
    }
}
