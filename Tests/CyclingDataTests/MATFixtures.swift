import CyclingData
import Foundation

/// Small files of the two layouts, made up, packed by gzip and written in Base64.
enum MATFixtures {
    /// Five operations as in NASA's files, written by SciPy 1.17 in version 5: charge (4 records), discharge (3), impedance,
    /// charge (2), discharge (2).
    static let nasa = unpacked(
        """
        H4sIAAAAAAACA/N1DPFxdFIw1TNQ8HUM0U3LzElVCMhJLEnLL8q1UijIL86s0FFwLkpNLElNUcjPs1JwK8pU8MsvUzAyVzAwtDIwsTIyVTAyMD
        JjIAMwevryA6kEJgaGijmPkxMSLA4cP3CAbYllw4xORqaIhTVuKjxCxUYGBgasmyMPVDk8UrDaaWSpLurB3JukoZAgpz0lrWGWMtNTdoZCz1RH
        LWYpjzO+p3zOanfqe57V9dD10tHU9UrVOHnmaMD0SRGTOvTYivpZmQ/Z6kTcYf7MzsFx4M/kiRFT5nWtnM/v/6OBgT8khunkPxaVvzksb56zJD
        HPeCz8zNohlnWp5IItYlPCCm6YfP/7KXk9r6zDt5oEFT05xUc6PIsC6jgE2p8+n6KybPmx58vUxJgPm7OuObFzywoOkQ8aTYodEQ4eLQmdfDv+
        M3P8mM969j9XwV0bPqXXd+TDOj9YZBz7Iv9r1cHHCadLawsbdfuZU5/923DcNThtXevhNTMdFDIfJvCwifGln2do7GdtfdfKaM/OIcu+UPrSgW
        dWBg/878/hWfFS+oj/SZ021UIDiTkvY/i9oq18it+dq6y7xfomnlft06VKNebcSzuLkxyTitI8VdtYTGJsOFq4jaN2eBwoTV5Wf+pMskWDX3Ca
        XFrV8gu1AQ0ez1+8FJpdeeLjWU5R9ue7jevfnDwrP/PACX/PM95yd34eZjjWzlxg6Zxkq8DydDbjxuAkT8+swFSbQ/8dJTjtNHayxHLk5LNs+m
        9h8DbV6bO8xpqDL9Of+VVz1F6SU4vj9fsR/M35xbS/T5Yxd+zUfnvy6n+1gvaY1697JX61u1szzaqTmiPjp19y99vP9eoW+3MllrzlYGf6d3za
        vgULOfXdNY3Zt8512GfZUTTZqDjhQP6M7cw9iiXNq5133zhbfL/X9sC/pxJJbxnYmR46/f7SHfV+cj5f7iV91a82DEqGOqYA2+YD3OgCAAA=
        """)

    /// Two cells as in Severson's files, written by h5py 3.16 after MATLAB's conventions for version 7.3: three cycles, the first
    /// of two zeros, then six records, 2 minutes apart, of 3 C charge and 4 C discharge.
    static let severson = unpacked(
        """
        H4sIAAAAAAACA+1dXWwUVRS+u6Vl3SJ2KUpBAqOAFi11u7uFgpJOLZWFFFigatWSdtluf3TbLrPFtGhiVcD6k0iMD2h4aKIPfSCGx5qY2CCYPm
        DSxAf7wAO+NdGHxmiCiQnu7Hyn2TvszHbp0p2h97ycnZkzZ2a+e8655565d/ZQQ0tzw4vSrmq/dKihZUdXbyxaJYVi4cGuAaVvjxRqfPXA4Z2B
        KqlRiYYHo53SQP8e6SWlVzoY7pdqdks+b02dFNz3Uq2UiPRE+8JSTbXXK1VLpsSInAcOMUEFpY+Tjfewe4M7teFysRWsDG2jsTug2U/4bTq/A9
        wBPgo+7qT9jtSxCuz3QL9eruVYU5MqfUdHdJ1bxRovE022LCnY1BBSeSu2yZ6mnLzcFiXaldjC2MnwYKQnzS7le7yukf0Gi7TtnuJ0+y01tN/b
        q3h/6Xla4yPYnqvS+Bgdf1Hjk9ieOahxCp6Tm+EPeMDZlzXuxXb8DeCG7fGT0Evyb0Oe/Dik8ZAwtftqv5Ow13G0w9QJsrMizs7KYGdje/l2MZ
        LrCWZuv+OHj+xzJIO5C9tSER+v9XZM8bVyJS8Xwnb8oeXZfka4zz7E456tH+v4kPdjQcu7H6N+6YLOryLDkVg0Ad4e6+2KavsTp/v6wsowiw/E
        eiPD7cmsvDN8MhZN9ndKZKAzOu+vFbrrUr+l9+NV6AEc7OFkjHCxQ6nxQHskFk4k1P3lSYUlaXEgMaicjgwa+4O8Ojd/mPFnvl9By9sfxlbxcg
        fAXwEfJPsCPxoB7yQe6+1Ps9uKjP3iyvl+sc7N93cd2B7BfUzQ+KaYlxt5HvaPfGwG+6/o5KabkOfthx4cGN3My80MIF88xffHF1ab4zifFz9p
        Lkf5Z+WW/LQfxRU9XvceV0q0fQ7CpVLjTgeHk1M37qTtomRLq/s8Uj3aVmaBUha4gzynOLlXPe50agpdsIwix9gjmUaYuT5H58BpNRwvYsRhKc
        JDlIFXgEvgW8FdBrxsUs+7u1Ryy++s/W7/72fc8oWr/1S2fe6Wv43vdf/2jVv+ftO5P45OuOVfbqjkhp76HDljz7R9ntT8Q73Gbxhyowf/+Yv2
        qn+vf1G/Wb2dTdfr//p024+tf/1abxUcA36VSuXg72eSSJbKJ9THaSuVT6kwxkvl8+ptnyuVv/5KpVLokXPkhceR4p7rCYx7t6N/WMfHu+lnEH
        cp0G/CdiXOW8/HvVvP4rwNiP9bwatx/HH0T9swXsNAeW4j4u1T6Bdq0u92rp5vb2o/g/3ye7KfVbOdrDEZ5eqSkWYb2852MNrXxJpZDatN7leP
        eR+4WJAyYb9HTpnsXo+8P2XLHvnYhBoEPHLKtNo8cipkdHlELDDAUfNxD2KoR/4uBaQHsdQj/6SG2KsexFSPbWPBBGocU8fhm89hG8nhDJLBUS
        Q5UjPOOwbehpoX3jp4X9X4xTCe9DA4kqk55JShI+Cv4UYwFhs/ipzqdbRE1yJiQeg9mff3GuQdhcqHrlgyHyocHpMCDw6PaYEHh8ctgQeHx5zA
        g8ODgLAnHiU6PEoWjUcZgPBaCg99PYrq9N7NGeqzap1pX28i0hNWuqM8PnV5er/Q6s38XoevY61gtxmf25hciMt1jMjl4HMfI6L3j5QL2ZUK5w
        eyJf2gcHjEBR58XVLgweedAg8+r/DYGY9iHR7Fi8bDCzwqLYUH9dM9jK83GlGc8fVHIxpifD3SiEYYXw8V/XSudtXqEXEnHY9RgQeHx4TAg8Nj
        1pJ4UBym+cf0Psnw/RPj3y8Z0UXGv1cyojHGv2cScThXu6pYI/wsHY8vH7UiHjQvRD+f5X7PC8k/vkFb21v+8+uhNVbMrx3JOzbDo0iHw93b2v
        OuSz2r6Xgcz6+fUTZqqfisn9825TOXp9YMZSlczq8X2G0uR2rie8zlqL4q78pSZyT5WnM5ahXvTmYzu5qwhV0tHR7TAg8+nxZ48HWvcoEHlxcL
        PPg6oC3wyLY+gmG2kIsJWo5E4yj9OoP7PY4y8sNFjKMy+qM16kHO+fwymEUt+eHcXmGb9zIezb9ddVjSrhaKhxFfxPi8PFOPYZW6K7USzd83on
        HiWaa9XwHn5+HfTZPgrQ1297OVpna1WmdHq++yq7LUbzXeOdNG1sb2NAJ72pizPa1Iu646R0o7T8Z5a5K/58/r7R9s74ymVrCin3Np51OFQD8P
        b6F4uHTP71o0HpfK+YqEtfDIlk96ezJnxYKWBxmtty0L8nL5Xm9Leax+Haz91olevmf/fzDnNf9gSTy0fKOETVGe0GguP015wj5zuVuUbwTN5W
        bBaW2SEc1RXbvZXE6i51jiwF04u7oh/IzD46bAg8PjT4EHh8d/lo7DF3EB75C5/BitT3jfXI7eL9I6bSOip5jbmCUvoh+bzOVoHQatR3/w4/Cq
        tXb2s/zPB9kIPMT8Iw2PZoEHh8e7lsRjvv6GC9CaeMN8k75PeNxcrhJytPbeiOi7lLTm/kGvc+ffri4LP+PzYYEH308/amc88j9P8QXgYc11QH
        WU57ZmyV9pHe5rWeIw1S/WZ8lzoY++WSLicK521WlJPyPqxm0peB+mYN6ngu9sKgFwzKNUME9SwfxLBQMrZTfp8YLXgPvA/eAB8FrwneC7wOvA
        d+N+oM+n6ev2QZ8P+nzQ56vFcejzQZ8P+nzQ54c+P+7PD31+6PNDnx/354c+P/T5oc8PfQHoC0BfAPoC0BeAvgD0BaAvoOnrDkBfAPpqoa+2hr
        NDysMEFdqfr9m638w/Hn9bEg/qN0M0fmkzl2+FHH0jzIg66DusHeZy9N18+laY8LNc7WrrY8LP0vFosTUe+c/Xzz5mxXx96eYrX8bz22tdkdS9
        sHHJeCxLfQh8om9hdf+p/iz1K/CLb5nLUVV7qNdcjlpl9E1mM7u6Zgu7Wjo8bgo8+HxP4MHX0dYJPLi8TeDB1xVtgUe2eaAjCY2LdUXLk4y+c1
        mh8HL5/85lodaJtGT0W6utP5oaNJcnf40rwoatYVcxS9pV4dYfnV2XqWexhp8VszguQN/2N6IhupGoudwI5Phv/99NF2iexOmFjYPpf0ms52dL
        vf5IHtbOtOb6I7P/b6H/FKP/AqO1Z2QD9F9i9B9gNEed5kjSXPRscyEFCRIkSJAgQdbKh/K//vgz5NfWXH+crQ5ntD4h9zpc23AmHKz5vqx4vk
        4y85G5PD3N+NmF1QFCH5jL0fu3qfPmclT/mThnVT9bKruK2cKulg6PdwUefPwVeHB4XLIFHv8DtcpK7eiKAAA=
        """)

    private static func unpacked(_ text: String) -> [UInt8] {
        let packed = Data(base64Encoded: text, options: .ignoreUnknownCharacters) ?? Data()
        return (try? GzipReader.unpack([UInt8](packed), path: "fixture")) ?? []
    }
}
