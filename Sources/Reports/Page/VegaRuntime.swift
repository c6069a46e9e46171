internal import Cells
internal import CyclingData

#if canImport(Darwin)
    internal import Darwin
#elseif canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#endif

/// Vega as `make build` bundles it from Debian's packages; no part of this package.
public struct VegaRuntime: Sendable {
    /// The bundle: sets the variable `vega`.
    public let script: String
    /// Copyright and licences of what is in it.
    public let notices: String
    /// Where it was found.
    public let path: String

    /// The name of its folder.
    public static let folder = "report-runtime"

    /// What to do where it is missing.
    public static let missing =
        "No figures: their runtime is not there. 'make runtime' makes it from Debian's packages esbuild and node-vega."

    /// The runtime in a folder; nil where there is none.
    public init?(folder: String) {
        path = folder + "/vega.js"
        guard let script = try? InputFile.text(path: path), !script.isEmpty, !script.contains("</script") else {
            return nil
        }
        self.script = script
        notices = ((try? InputFile.text(path: folder + "/NOTICES")) ?? "").replacing("--", with: "- -")
    }

    /// Looked for in this order: `$CELLAR_HOME/report-runtime`; `report-runtime` beside or above the running program;
    /// `share/cellar/report-runtime` beside the program's folder; `.build/report-runtime` above the shipped cells.
    public static func find() -> VegaRuntime? {
        var places: [String] = []
        if let home = getenv("CELLAR_HOME") {
            let home = String(cString: home)
            places += ["\(home)/\(folder)", "\(home)/.build/\(folder)"]
        }
        if var above = PackageFile.executablePath.map(parent) {
            places.append("\(parent(above))/share/cellar/\(folder)")
            while above.count > 1 {
                places.append("\(above)/\(folder)")
                above = parent(above)
            }
        }
        if let cells = ShippedCells.folder { places.append("\(parent(cells))/.build/\(folder)") }
        for place in places { if let found = VegaRuntime(folder: place) { return found } }
        return nil
    }

    private static func parent(_ path: String) -> String {
        guard let slash = path.lastIndex(of: "/") else { return "." }
        return slash == path.startIndex ? "/" : String(path[..<slash])
    }
}
