import Cells
import Discovery
import Learning
import Lifetime
import Materials

/// What is to be known of a trained model, whatever it is a model of.
struct ModelDescription {
    var name: String
    /// As its file tells it: lifetime, hybrid-lifetime, property or candidate life.
    var kind: String
    /// What it predicts from what.
    var purpose: String
    /// What it was trained on, with source.
    var data: [String]
    var licence: String
    /// What it was trained on, counted.
    var size: String
    /// Errors on what was left out, and what they are of.
    var scores: [String]
    /// What its 90 % interval rests on.
    var interval: String
    /// Where it must not be used.
    var limits: [String]

    init(_ card: Lifetime.ModelCard, kind: String = LifetimeModel.kind) {
        (name, self.kind, purpose) = (card.name, kind, card.purpose)
        (data, licence, size) = (card.data, card.licence, "\(card.cells) cells")
        let best = card.comparison.first.map { ["\($0.name): \(ScoreReport.short($0.error)) \(card.unit)"] }
        scores = card.scores + (best ?? [])
        (interval, limits) = (card.interval, card.mustNotUse)
    }

    init(_ model: PropertyModel, name: String) {
        let card = model.card
        self.name = name
        kind = "property"
        let question =
            switch model.subject {
            case .reaction: "formula or a pair of formulas"
            case .composition: "composition"
            case .liquidElectrolyte: "salt, its content, solvents and temperature"
            case .polymerElectrolyte: "polymer, a salt, its content and temperature"
            }
        purpose = "\(model.target) from a \(question)."
        (data, licence, size) = (card.data, "as of the data it was trained on", "\(card.rows) rows")
        scores = card.errors.map { "\($0.name): \(ScoreReport.short($0.value))" } + card.notes
        interval =
            "conformal, \(card.grouping) left out: 90 % intervals cover \(ScoreReport.short(100 * card.coverage)) % of the "
            + "rows left out"
        limits = ["for materials outside what it was trained on: in_domain is false there"]
    }

    init(_ card: LifeSurrogate.Card, name: String) {
        self.name = name
        kind = LifeSurrogate.kind
        purpose = "Cycles to the end of life of a candidate's cell, as simulation would tell them."
        data = ["lives simulated with ageing parameters of class priors, of \(card.materials.joined(separator: "; "))"]
        (licence, size) = ("Apache-2.0", "\(card.lives) simulated lives")
        scores = [
            "root mean square of the natural logarithm of life, materials left out: \(ScoreReport.short(card.error))"
        ]
        interval = "conformal by material: 90 % intervals cover \(ScoreReport.short(100 * card.coverage)) %"
        limits = ["for cells of other tests than the simulated one", "as if it were measured"]
    }

    /// Of a model file; nil where it is a further part of one. Throws `CommandError`, and what reading the model throws.
    init?(path: String) throws {
        let bytes: [UInt8]
        do { bytes = try PackageFile.bytes(path: path) } catch let error as BPXError {
            throw CommandError(
                error.kind == .notFound ? .noSuchFile : .badData, "\(path): \(error.problem); name a model file (.json)"
            )
        }
        var name = path.split(separator: "/").last.map(String.init) ?? path
        if name.hasSuffix(".json") { name.removeLast(5) }
        do {
            switch ModelDocument.kind(of: bytes) {
            case LifetimeModel.kind: self.init(try LifetimeModel(bytes: bytes).card)
            case HybridModel.kind: self.init(try HybridModel(bytes: bytes).card, kind: HybridModel.kind)
            case LifeSurrogate.kind: self.init(try LifeSurrogate(bytes: bytes).card, name: name)
            case "property": self.init(try PropertyModel(path: path), name: name)
            case "property part": return nil
            default:
                throw CommandError(.badData, "\(path): no model file; give a JSON file that 'cellar train' wrote")
            }
        } catch let error as LearningError {
            throw CommandError(.badData, "\(path): \(error)")
        }
    }

    var json: JSON {
        .object([
            ("name", .text(name)), ("kind", .text(kind)), ("purpose", .text(purpose)), ("data", .texts(data)),
            ("licence", .text(licence)), ("trained_on", .text(size)), ("scores", .texts(scores)),
            ("interval", .text(interval)), ("must_not_use", .texts(limits)),
        ])
    }

    /// For people.
    var text: String {
        var rows = [["model", name], ["kind", kind], ["purpose", purpose]]
        rows += data.map { ["data", $0] }
        rows += [["licence", licence], ["trained on", size]]
        rows += scores.map { ["score", $0] }
        rows.append(["interval", interval])
        rows += limits.map { ["not", $0] }
        return TextTable.lay(rows)
    }
}
