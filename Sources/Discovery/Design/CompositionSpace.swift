internal import Learning
public import Materials

/// Compositions of a framework some of whose sites are shared among elements, in equal parts.
public struct CompositionSpace: Sendable {
    /// A site: the element that the framework's formula has on it, and those that may share it.
    public struct Site: Sendable {
        /// As in the framework's formula.
        public var element: Element
        /// What may stand there, each once.
        public var choices: [Element]

        /// Memberwise.
        public init(element: Element, choices: [Element]) {
            self.element = element
            self.choices = choices
        }
    }

    /// How many parts of each site each of its choices takes.
    typealias Point = [[Int]]

    /// The framework as written.
    public let framework: Formula
    /// The ion that moves.
    public let ion: Element
    /// Sites that are shared.
    public let sites: [Site]
    /// Parts that a site is divided into.
    public let parts: Int

    /// Throws `MaterialError` of kind `usage`: the framework lacks an element or the ion, or a site has no choice.
    public init(framework: Formula, ion: Element, sites: [Site], parts: Int) throws {
        func refuse(_ place: String, _ problem: String, _ remedy: String) -> MaterialError {
            MaterialError(.usage, place: place, problem: problem, remedy: remedy)
        }
        guard framework.composition[ion] > 0, ion.ionCharge != nil else {
            throw refuse(
                framework.text, "no \(ion) in it that could move", "write the discharged formula, such as LiFePO4")
        }
        guard !sites.isEmpty else {
            throw refuse(framework.text, "no site to be shared", "name one, such as --swap Fe=Fe,Mn,Co")
        }
        guard (1...100).contains(parts) else { throw refuse("--parts \(parts)", "out of range", "1 to 100") }
        for site in sites {
            let place = "--swap \(site.element)"
            guard framework.composition[site.element] > 0, site.element != ion else {
                throw refuse(place, "not in \(framework.text), or the ion", "name an element of the framework")
            }
            guard sites.filter({ $0.element == site.element }).count == 1 else {
                throw refuse(place, "told twice", "name each site once")
            }
            guard !site.choices.isEmpty, Set(site.choices).count == site.choices.count,
                !site.choices.contains(ion), !site.choices.contains(where: \.isNobleGas)
            else {
                throw refuse(
                    place, "choices that are none, twice the same, the ion or a noble gas", "such as Fe=Fe,Mn,Co")
            }
        }
        self.framework = framework
        self.ion = ion
        self.sites = sites
        self.parts = parts
    }

    /// The formula of a point: the ion, what shares the sites, and the rest.
    func formula(_ point: Point) -> String {
        var shared: [(element: Element, amount: Double)] = []
        for (site, own) in zip(sites, point) {
            for (element, count) in zip(site.choices, own) where count > 0 {
                let amount = framework.composition[site.element] * Double(count) / Double(parts)
                if let place = shared.firstIndex(where: { $0.element == element }) {
                    shared[place].amount += amount
                } else {
                    shared.append((element, amount))
                }
            }
        }
        let replaced = Set(sites.map(\.element))
        var rest = zip(framework.composition.elements, framework.composition.amounts)
            .filter { $0.0 != ion && !replaced.contains($0.0) }.map { (element: $0.0, amount: $0.1) }
        // What stands on a shared site and elsewhere too is written once.
        for index in rest.indices {
            guard let place = shared.firstIndex(where: { $0.element == rest[index].element }) else { continue }
            rest[index].amount += shared[place].amount
            shared.remove(at: place)
        }
        return ([(element: ion, amount: framework.composition[ion])] + shared + rest).map { element, amount in
            let rounded = (amount * 1e4).rounded() / 1e4
            let text = rounded == rounded.rounded() ? "\(Int(rounded))" : "\(rounded)"
            return element.symbol + (text == "1" ? "" : text)
        }.joined()
    }

    /// One choice alone on every site: so many points as the longest list of choices has.
    var ends: [Point] {
        (0..<(sites.map(\.choices.count).max() ?? 0)).map { index in
            sites.map { site in site.choices.indices.map { $0 == index % site.choices.count ? parts : 0 } }
        }
    }

    /// Up to three choices on every site, in random parts.
    func random(_ source: inout RandomSource) -> Point {
        sites.map { site in
            var own = [Int](repeating: 0, count: site.choices.count)
            let chosen = source.permutation(site.choices.count).prefix(1 + Int(3 * source.unit()))
            for _ in 0..<parts { own[chosen[Int(Double(chosen.count) * source.unit())]] += 1 }
            return own
        }
    }

    /// Each site from one of two parents; then some parts of one site go to another of its choices.
    func child(_ first: Point, _ second: Point, _ source: inout RandomSource) -> Point {
        var point = zip(first, second).map { source.unit() < 0.5 ? $0 : $1 }
        let site = Int(Double(sites.count) * source.unit())
        let givers = point[site].indices.filter { point[site][$0] > 0 }
        guard sites[site].choices.count > 1, !givers.isEmpty else { return point }
        let giver = givers[Int(Double(givers.count) * source.unit())]
        var taker = Int(Double(sites[site].choices.count - 1) * source.unit())
        if taker >= giver { taker += 1 }
        let moved = 1 + Int(Double(point[site][giver]) * source.unit() * source.unit())
        let count = min(moved, point[site][giver])
        point[site][giver] -= count
        point[site][taker] += count
        return point
    }
}
