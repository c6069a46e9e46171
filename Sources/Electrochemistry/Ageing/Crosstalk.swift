internal import Cells

/// Products of the electrolyte's oxidation that are reduced at the negative electrode.
///
/// They diffuse there within minutes to hours: as with dry-out, what a step has oxidised is settled at its end. The negative
/// electrode's particles then give, each the same share of what it holds, `OxidationParameters.crosstalk` lithium for every
/// electron; it replaces in the electrolyte what entered the positive electrode, or is bound. Without this term oxidation would
/// add lithium to the particles and hide what SEI takes.
///
/// Its unknown never changes within a step: the electrons that have been settled, mol per m² of electrode pair.
struct Crosstalk {
    /// Of what has been settled.
    let position: Int
    /// Lithium per electron.
    let ratio: Double

    init(_ parameters: OxidationParameters, position: Int) {
        ratio = parameters.crosstalk
        self.position = position
    }

    /// Lithium that has been taken from the negative electrode, mol per m².
    func taken(_ y: UnsafePointer<Double>) -> Double { ratio * y[position] }

    func residual(_ rates: UnsafePointer<Double>, _ r: UnsafeMutablePointer<Double>) { r[position] = rates[position] }
}

extension AgeingModel {
    /// Settles what has been oxidised since the last time; between steps alone.
    func settleCrosstalk(_ y: UnsafeMutablePointer<Double>) {
        guard let crosstalk, let electrode = parameters.cell.negative else { return }
        let oxidised = parameters.losses(y, populations).oxidised
        let due = crosstalk.ratio * (oxidised - y[crosstalk.position])
        var held = 0.0
        for (population, isNegative) in populations where isNegative {
            let material = population.material
            var sum = 0.0
            for i in 0..<population.points { sum += population.amount(y, at: i) }
            held +=
                material.activeVolumeFraction * material.maximumConcentration * electrode.thickness * sum
                / Double(population.points)
        }
        // Particles that hold less have nothing to give: the products wait.
        guard due != 0, held > 2 * due else { return }
        for (population, isNegative) in populations where isNegative {
            population.scale(y, by: 1 - due / held, points: 0..<population.points)
        }
        y[crosstalk.position] = oxidised
    }
}
