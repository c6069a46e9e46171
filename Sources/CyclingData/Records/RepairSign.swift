// The sign of the current.

extension Repair {
    /// Turns or gives the current its sign.
    mutating func sign(_ records: inout CyclingRecords, _ steps: [Double]) {
        let count = records.count
        var greatest = 0.0
        var least = 0.0
        for value in records.current {
            greatest = max(greatest, value)
            least = min(least, value)
        }
        let span = max(greatest, -least)
        guard span > 0 else { return }
        let noise = 0.003 * max(span, greatestCurrent)
        // Words: how often they and the sign agree.
        var agree = 0
        var differ = 0
        for index in 0..<count where records.current[index].magnitude > noise {
            let direction = StepWords.direction(records.mode[index])
            if direction != 0 { if direction * records.current[index] > 0 { agree += 1 } else { differ += 1 } }
        }
        if currentIsUnsigned != false, least >= -noise || greatest <= noise {
            // One sign only: either there was only one direction, or none is told.
            let isMixed = agree * 50 > agree + differ && differ * 50 > agree + differ
            if isMixed || agree + differ == 0 && slopesAreMixed(records, steps, noise) {
                if currentIsUnsigned != true {
                    told.append(
                        "the current has no sign: told from \(isMixed ? "the step type" : "the slope of the voltage")")
                }
                currentIsUnsigned = true
                giveSign(&records, steps, noise, useWords: isMixed)
                signIsDecided = true
                isPositiveOnDischarge = false
                return
            }
            if currentIsUnsigned == true {
                giveSign(&records, steps, noise, useWords: agree + differ > 0)
                return
            }
        } else if currentIsUnsigned == true {
            giveSign(&records, steps, noise, useWords: agree + differ > 0)
            return
        } else {
            currentIsUnsigned = false
        }
        if !signIsDecided {
            let (rise, weight) = slope(records, steps, noise)
            if agree + differ > 20, agree * 4 < differ || differ * 4 < agree {
                let isWrong = differ > agree
                if isWrong { told.append("the step types show a current positive on discharge: its sign turned") }
                isPositiveOnDischarge = isWrong
                signIsDecided = true
            } else if weight > 0.02, rise.magnitude > 0.3 * weight {
                let isWrong = rise < 0
                if isWrong { told.append("the voltage falls while the current is positive: its sign turned") }
                isPositiveOnDischarge = isWrong
                signIsDecided = true
            } else if isPositiveOnDischarge {
                told.append("this format's current is positive on discharge: its sign turned")
                signIsDecided = true
            }
        }
        if isPositiveOnDischarge { for index in 0..<count { records.current[index] = 0 - records.current[index] } }
    }

    /// Stretches of one sign and one step; `body` has their rows.
    func stretches(
        _ records: CyclingRecords, _ steps: [Double], _ noise: Double, _ body: (Range<Int>) -> Void
    ) {
        let count = records.count
        var start = 0
        func kind(_ index: Int) -> Int { records.current[index] > noise ? 1 : records.current[index] < -noise ? -1 : 0 }
        var present = kind(0)
        for index in 1...count {
            if index < count, kind(index) == present, steps.isEmpty || steps[index] == steps[index - 1] {
                // Without steps, a jump of the voltage against a steady current is a new direction.
                if !steps.isEmpty || (records.voltage[index] - records.voltage[index - 1]).magnitude < 0.05 { continue }
                if (records.current[index].magnitude - records.current[index - 1].magnitude).magnitude > noise {
                    continue
                }
            }
            if present != 0, index - start > 2 { body(start..<index) }
            if index < count {
                start = index
                present = kind(index)
            }
        }
    }

    /// The rise of the voltage under positive current less that under negative, and the total of its changes, V.
    func slope(_ records: CyclingRecords, _ steps: [Double], _ noise: Double) -> (Double, Double) {
        var rise = 0.0
        var weight = 0.0
        stretches(records, steps, noise) { rows in
            // From the second row on: the first may still be the rest's.
            let change = records.voltage[rows.upperBound - 1] - records.voltage[rows.lowerBound + 1]
            rise += records.current[rows.lowerBound + 1] > 0 ? change : -change
            weight += change.magnitude
        }
        return (rise, weight)
    }

    func slopesAreMixed(_ records: CyclingRecords, _ steps: [Double], _ noise: Double) -> Bool {
        var up = 0.0
        var down = 0.0
        stretches(records, steps, noise) { rows in
            let change = records.voltage[rows.upperBound - 1] - records.voltage[rows.lowerBound + 1]
            if change > 0 { up += change } else { down -= change }
        }
        return min(up, down) > 0.2 * (up + down)
    }

    func giveSign(_ records: inout CyclingRecords, _ steps: [Double], _ noise: Double, useWords: Bool) {
        if useWords {
            for index in 0..<records.count {
                let direction = StepWords.direction(records.mode[index])
                if direction != 0 { records.current[index] = direction * records.current[index].magnitude }
            }
            return
        }
        var falling: [Range<Int>] = []
        var rising: [Range<Int>] = []
        stretches(records, steps, noise) { rows in
            let change = records.voltage[rows.upperBound - 1] - records.voltage[rows.lowerBound + 1]
            if change < 0 { falling.append(rows) } else { rising.append(rows) }
        }
        for rows in falling { for index in rows { records.current[index] = -records.current[index].magnitude } }
        for rows in rising { for index in rows { records.current[index] = records.current[index].magnitude } }
    }
}
