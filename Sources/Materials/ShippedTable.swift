extension CommaTable {
    /// A table of the folder `Data` by its file's name. Throws ``MaterialError`` where it is missing or damaged.
    public static func shipped(_ name: String) throws -> CommaTable {
        try CommaTable(path: DataFolder.path() + "/" + name)
    }
}
