internal import CyclingData

#if canImport(Darwin)
    internal import Darwin
#elseif canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#endif

/// Figures as files of their own, in the light theme.
package enum FigureFiles {
    /// Writes `NAME.vg.json` of every figure, and where asked `NAME.svg` and `NAME.png` (twice as fine as a screen).
    ///
    /// Throws `OutputError` where a file cannot be written, and ``ReportError`` where a program that draws is missing.
    package static func write(_ figures: [Figure], folder: String, svg: Bool, png: Bool) throws {
        if mkdir(folder, 0o777) != 0, errno != EEXIST {
            throw OutputError(
                path: folder, problem: "cannot be made a folder (\(String(cString: strerror(errno))))",
                remedy: "name another")
        }
        var drawn: [(specification: String, stem: String)] = []
        for figure in figures {
            let stem = "\(folder)/\(name(figure))"
            try OutputFile.save(
                figure.vega(.light, width: figure.isWide ? 720 : 480).json + "\n", to: stem + ".vg.json")
            drawn.append((stem + ".vg.json", stem))
        }
        guard svg || png, !drawn.isEmpty else { return }
        guard let runtime = VegaRuntime.find() else {
            throw ReportError(
                .computation, place: folder, problem: "no figures drawn, their runtime is not there",
                remedy: "'make runtime' makes it from Debian's packages esbuild and node-vega")
        }
        let script = runtime.path.replacing("/vega.js", with: "/render.js")
        try run(
            ["node", script] + drawn.flatMap { [$0.specification, $0.stem + ".svg"] }, "nodejs", folder)
        guard png else { return }
        for own in drawn {
            try run(
                [
                    "rsvg-convert", "--zoom", "2", "--background-color", "white", "--output", own.stem + ".png",
                    own.stem + ".svg",
                ],
                "librsvg2-bin", folder)
            if !svg { unlink(own.stem + ".svg") }
        }
    }

    /// A figure's name as no file system minds it.
    private static func name(_ figure: Figure) -> String {
        let name = String(
            figure.name.map { $0.isASCII && ($0.isLetter || $0.isNumber || "-_.".contains($0)) ? $0 : "_" }.prefix(80))
        return name.isEmpty || name.hasPrefix(".") ? "figure\(name)" : name
    }

    private static func run(_ arguments: [String], _ package: String, _ folder: String) throws {
        // Node reserves more addresses than a limit on memory would allow.
        switch ChildProgram.run(arguments, most: 1 << 16, isLimited: false).ending {
        case .success: return
        case .missing:
            throw ReportError(
                .computation, place: folder, problem: "no figures drawn, the program \(arguments[0]) is not there",
                remedy: "install it (Debian: apt-get install \(package))")
        case .tooLong, .failure:
            throw ReportError(
                .computation, place: folder, problem: "\(arguments[0]) could not draw the figures",
                remedy: "the specifications there (.vg.json) can be drawn by other programs")
        }
    }
}
