internal import Dispatch

/// Reads a text file's next piece on a second thread while the last one is worked on. The pieces and their order are the
/// reader's own; a file of one piece needs no thread.
final class ReadAhead: @unchecked Sendable {
    // What the second thread touches is handed over by the semaphore: it runs between `begin` and `wait` alone.
    private let reader: TextReader
    private let isRead = DispatchSemaphore(value: 0)
    private var isUnderWay = false
    private var found: Result<CyclerTable?, any Error> = .success(nil)
    /// The share of the file that was read when the last rows were given out; nil of pipes.
    private(set) var shareRead: Double?

    init(_ reader: TextReader) { self.reader = reader }

    /// What was assumed about the file; complete after the last piece.
    var remarks: [String] {
        wait()
        return reader.remarks
    }

    /// The next rows; nil at the end. Throws `ImportError`.
    func next() throws -> CyclerTable? {
        if isUnderWay { wait() } else { read() }
        let table = try found.get()
        found = .success(nil)
        shareRead = reader.shareRead
        if table != nil, reader.hasMore { begin() }
        return table
    }

    private func read() { found = Result { try reader.next() } }

    private func begin() {
        isUnderWay = true
        DispatchQueue.global(qos: .userInitiated).async { [self] in
            read()
            isRead.signal()
        }
    }

    private func wait() {
        if isUnderWay { isRead.wait() }
        isUnderWay = false
    }
}
