/// Binary files and archives that can be read, in the order in which they are tried.
public enum Containers {
    /// One each.
    public static let formats: [any CyclerFormat.Type] = [
        XLSX.self, NewareNDAX.self, NewareNDA.self, BioLogicMPR.self, ArbinRES.self, MATFile.self, ZippedFile.self,
    ]
}
