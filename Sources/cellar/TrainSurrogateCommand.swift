import ArgumentParser
import Discovery
import Learning
import Materials

/// `cellar train surrogate`.
struct TrainSurrogateCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "surrogate",
        abstract: "Lives of candidates' cells, from simulated ones: for 'cellar evaluate --life surrogate'.",
        usage: "cellar train surrogate [MATERIAL...] --out MODEL.json [--samples N] [--seed N] [--report FILE.html]",
        discussion: """
            Cells of every material are drawn over its properties, the ageing parameters of its class and the thickness of its \
            coating, cycled as 'cellar evaluate --life simulate' does, and their lives learnt. Without materials: all that are \
            listed, against their usual counter electrodes, and some against others. Errors are those on materials left out.

            Example: from ten materials, which are the least
              cellar train surrogate LFP LMP LMFP LCO LNO LMO NCA NMC111 NMC622 NMC811 --samples 6 --out lives.json
            """)

    @Argument(help: ArgumentHelp("Formulas or names; NAME/COUNTER names the other electrode.", valueName: "material"))
    var materials: [String] = []
    @Option(help: ArgumentHelp("The model.", valueName: "model.json")) var out: String
    @Option(help: ArgumentHelp("Sampled cells of each pair of electrodes.", valueName: "n")) var samples = 10
    @Option(help: ArgumentHelp("Fixes everything random.", valueName: "n")) var seed: UInt64 = 1
    @OptionGroup var page: ReportOption
    @Flag(help: "Print the model's card as one JSON document on standard output.") var json = false

    func run() throws {
        guard (4...1000).contains(samples) else { throw CommandError.usage("--samples \(samples): 4 to 1000") }
        _ = try OutputPlaces([("--out", out), ("--report", page.report)], json: json)
        try page.check(of: "--out", out)
        let pairs =
            try materials.isEmpty
            ? LifeSurrogateTraining.usual()
            : materials.map { text in
                let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
                guard parts.allSatisfy({ !$0.isEmpty }) else {
                    throw CommandError.usage("\(text): no pair; NMC811 or NMC811/silicon-graphite is right")
                }
                return LifeSurrogateTraining.Pair(parts[0], counter: parts.count > 1 ? parts[1] : nil)
            }
        var training = LifeSurrogateTraining()
        training.samples = samples
        training.seed = seed
        let evaluator = try CandidateEvaluator()
        let bar = CountingBar(total: pairs.count, what: "pairs of electrodes")
        let surrogate = try training.train(pairs, evaluator: evaluator) {
            bar.update($0)
        } leftOut: {
            bar.clear()
            Terminal.complain("left out: \($0)")
        }
        bar.clear()
        try LifetimeOutput.write(surrogate.encoded(), to: out)
        try ModelLinkedData.write(ModelDescription(surrogate.card, name: "lives of candidates"), besides: out)
        try Terminal.print(json ? Self.document(surrogate.card).document : Self.text(surrogate.card))
        try page.write(of: [out])
    }

    static func document(_ card: LifeSurrogate.Card) -> JSON {
        .object([
            ("materials", .texts(card.materials)), ("lives", .whole(card.lives)), ("failed", .whole(card.failed)),
            ("families", .object(card.families.map { ($0.name, .number($0.error)) })),
            ("rms_log_life", .number(card.error)), ("rms_log_life_of_the_mean", .number(card.meanError)),
            ("rms_log_median_life", .number(card.medianError)), ("coverage", .number(card.coverage)),
        ])
    }

    private static func text(_ card: LifeSurrogate.Card) -> String {
        func short(_ value: Double) -> String { ScoreReport.short(value, 3) }
        let rows = card.families.map { [$0.name, short($0.error)] }
        return "\(card.lives) simulated lives of \(card.materials.count) pairs of electrodes"
            + (card.failed > 0 ? "; \(card.failed) cells could not be cycled" : "") + "\n"
            + TextTable.lay(rows, header: ["family", "rms of log life, materials left out"])
            + "\nthe chosen one: \(short(card.error)) (the mean of all lives: \(short(card.meanError))), medians of materials "
            + "\(short(card.medianError)); 90 % intervals cover \(short(100 * card.coverage)) %"
    }
}
