/// Spectra of `cellar impedance`.
enum ImpedanceChapter {
    static func make(_ spectra: [(name: String, document: ResultDocument)]) throws -> Page.Chapter {
        let names = spectra.map(\.name)
        func name(_ own: String) -> String { ShortName.of(own, among: names) }
        var answers: [String] = []
        var nyquist: [Series] = [], magnitude: [Series] = [], phase: [Series] = []
        for (index, spectrum) in spectra.enumerated() {
            let points = try spectrum.document.list("spectrum").map { row in
                (
                    frequency: try row.needed("frequency_hertz"), real: try row.needed("real_impedance_ohm"),
                    imaginary: try row.needed("imaginary_impedance_ohm")
                )
            }.sorted { $0.frequency < $1.frequency }
            guard let lowest = points.first, let highest = points.last else {
                throw ReportError(
                    place: spectrum.name, problem: "a spectrum without points", remedy: "name one with frequencies")
            }
            let title = spectra.count > 1 ? name(spectrum.name) : ""
            nyquist.append(
                Series(
                    title, .series(index), .joinedPoints,
                    points.map {
                        Point(
                            1000 * $0.real, -1000 * $0.imaginary,
                            note:
                                "\(title.isEmpty ? "" : title + "\n")\(Numbers.quantity($0.frequency, "Hz"))\n"
                                + "real: \(Numbers.quantity(1000 * $0.real, "mΩ"))\n"
                                + "imaginary: \(Numbers.quantity(1000 * $0.imaginary, "mΩ"))"
                        )
                    }))
            magnitude.append(
                Series(
                    title, .series(index), .line,
                    points.map { Point($0.frequency, 1000 * length($0.real, $0.imaginary)) }))
            phase.append(
                Series(
                    title, .series(index), .line, points.map { Point($0.frequency, -degrees($0.real, $0.imaginary)) }))
            answers.append(
                "\(spectrum.document.text("cell") ?? name(spectrum.name)): "
                    + "\(Numbers.quantity(1000 * highest.real, "mΩ")) of real impedance at "
                    + "\(Numbers.quantity(highest.frequency, "Hz")), \(Numbers.quantity(1000 * lowest.real, "mΩ")) at "
                    + "\(Numbers.quantity(lowest.frequency, "Hz"))."
            )
        }
        let figures = [
            Figure(
                "nyquist", "Nyquist plot", caption: "Point at a spot for its frequency; both axes have one scale.",
                x: Axis("Real impedance", "mΩ"),
                panels: [Panel(Axis("−Imaginary impedance", "mΩ"), nyquist, height: 300, isEqual: true)]),
            Figure(
                "bode", "Bode plot", x: Axis("Frequency", "Hz", scale: .logarithmic),
                panels: [
                    Panel(Axis("Magnitude", "mΩ", scale: .logarithmic), magnitude, height: 140),
                    Panel(Axis("−Phase", "°"), phase, height: 110),
                ]),
        ]
        return Page.Chapter(
            spectra.count == 1
                ? "Impedance of \(spectra[0].document.text("cell") ?? name(names[0]))" : "Impedances compared",
            question: "The model linearised at the state it is in"
                + (spectra.compactMap { $0.document.number("voltage_volt") }.first.map {
                    ", \(Numbers.quantity($0, "V", 4))"
                } ?? "") + ".",
            answer: answers.joined(separator: " "), blocks: [.figures(figures)],
            warnings: unique(spectra.flatMap { $0.document.texts("warnings") }),
            citations: unique(spectra.flatMap { $0.document.texts("citations") }),
            commands: spectra.compactMap { $0.document.text("command") })
    }
}
