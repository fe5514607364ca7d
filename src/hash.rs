//! A fingerprint of text that is the same in every version and on every platform.

/// A fingerprint of `text`, never 0, the same in every version and on every platform.
///
/// FNV-1a of 64 bits over the UTF-8 bytes, then the finaliser of MurmurHash3 (fmix64), which spreads
/// differences in the last bytes over the whole number; 0 becomes 1. Not meant to withstand somebody
/// who constructs equal hashes.
pub fn text(text: &str) -> u64 {
    let mut hash = text.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3)
    });
    hash = (hash ^ (hash >> 33)).wrapping_mul(0xff51_afd7_ed55_8ccd);
    hash = (hash ^ (hash >> 33)).wrapping_mul(0xc4ce_b9fe_1a85_ec53);
    (hash ^ (hash >> 33)).max(1)
}

#[cfg(test)]
mod tests {
    #[test]
    fn text_hashes_never_change() {
        for (text, hash) in [
            ("", 0xefd0_1f60_ba99_2926),
            ("On larks. They sing at dawn.", 0xd6f3_1955_c13b_c97d),
            ("Müon spectra: 论文", 0xc85a_8f48_025b_3f5e),
        ] {
            assert_eq!(super::text(text), hash, "{text:?}");
        }
    }
}
