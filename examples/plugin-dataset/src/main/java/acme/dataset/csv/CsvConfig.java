package acme.dataset.csv;

import dev.difftop.api.config.Default;
import dev.difftop.api.config.Doc;
import java.nio.file.Path;

/** Settings of {@link CsvDataset}. */
record CsvConfig(
    @Doc("the file of comma-separated values") Path path,
    @Doc("the column that holds the name of the episode") @Default("episode") String episode) {}
