//! Names: what macros stand for: signs around words, volumes of the manual, standards.

/// Returns whether the words after a macro are its own, up to the next macro.
pub fn takes_arguments(name: &str) -> bool {
    enclosure(name).is_none() && !matches!(name, "Ns" | "Ap" | "No" | "Ta" | "Xo" | "Xc")
}

/// Returns the signs that a macro puts around the rest of its line, or (with an `o`) opens.
pub fn enclosure(name: &str) -> Option<(&'static str, &'static str)> {
    Some(match name {
        "Op" | "Oo" | "Bq" | "Bo" => ("[", "]"),
        "Aq" | "Ao" => ("<", ">"),
        "Brq" | "Bro" => ("{", "}"),
        "Dq" | "Do" => ("“", "”"),
        "Pq" | "Po" => ("(", ")"),
        "Ql" | "Sq" | "So" => ("‘", "’"),
        "Qq" | "Qo" => ("\"", "\""),
        _ => return None,
    })
}

pub fn closing(name: &str) -> Option<&'static str> {
    Some(match name {
        "Oc" | "Bc" => "]",
        "Ac" => ">",
        "Brc" => "}",
        "Dc" => "”",
        "Pc" => ")",
        "Sc" => "’",
        "Qc" => "\"",
        _ => return None,
    })
}

pub fn volume(section: &str) -> &'static str {
    match section.chars().next() {
        Some('1') => "General Commands Manual",
        Some('2') => "System Calls Manual",
        Some('3') => "Library Functions Manual",
        Some('4') => "Device Drivers Manual",
        Some('5') => "File Formats Manual",
        Some('6') => "Games Manual",
        Some('7') => "Miscellaneous Information Manual",
        Some('8') => "System Manager's Manual",
        Some('9') => "Kernel Developer's Manual",
        _ => "",
    }
}

pub fn standard(name: &str) -> &str {
    match name {
        "-ansiC" | "-ansiC-89" => "ANSI C (C89)",
        "-isoC" | "-isoC-90" => "ISO C90",
        "-isoC-99" => "ISO C99",
        "-isoC-2011" => "ISO C11",
        "-p1003.1" => "POSIX.1",
        "-p1003.1-88" => "POSIX.1-1988",
        "-p1003.1-90" => "POSIX.1-1990",
        "-p1003.1-96" => "POSIX.1-1996",
        "-p1003.1-2001" => "POSIX.1-2001",
        "-p1003.1-2004" => "POSIX.1-2004",
        "-p1003.1-2008" => "POSIX.1-2008",
        "-p1003.2" => "POSIX.2",
        "-p1003.2-92" => "POSIX.2-1992",
        "-susv2" => "Single UNIX Specification, version 2",
        "-susv3" => "Single UNIX Specification, version 3",
        "-susv4" => "Single UNIX Specification, version 4",
        "-xpg4" => "X/Open Portability Guide, issue 4",
        name => name.trim_start_matches('-'),
    }
}
