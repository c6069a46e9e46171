/// Data sets of a training and a test folder, each read once.
final class DataStore {
    private let train: String
    private let test: String
    private let descriptors: ReactionDescriptors
    private var electrodes: [String: ElectrodeData?] = [:]

    init(train: String, test: String) throws {
        self.train = train
        self.test = test
        descriptors = try ReactionDescriptors()
    }

    /// Training and test rows of a source; nil where either folder lacks its file.
    func sets(_ source: PropertyProtocol.Source) throws -> (SampleSet, SampleSet)? {
        guard let first = try set(source, train), let second = try set(source, test), !second.rows.isEmpty else {
            return nil
        }
        return (first, second)
    }

    private func set(_ source: PropertyProtocol.Source, _ folder: String) throws -> SampleSet? {
        switch source {
        case .electrodes(let property):
            if electrodes[folder] == nil {
                electrodes[folder] = try ElectrodeData(folder: folder, descriptors: descriptors)
            }
            return electrodes[folder]??.samples(property)
        case .solidElectrolytes: return try SolidElectrolyteData.read(folder, descriptors.magpie)
        case .dopedOxides(let column): return try DopedOxideData.read(folder, column)
        case .liquidElectrolytes: return try LiquidElectrolyteData.read(folder)
        case .polymerElectrolytes: return try PolymerElectrolyteData.read(folder)
        }
    }
}
