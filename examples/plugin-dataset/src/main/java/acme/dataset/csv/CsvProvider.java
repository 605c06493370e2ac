package acme.dataset.csv;

import dev.difftop.api.dataset.Dataset;
import dev.difftop.api.dataset.DatasetProvider;

/** Offers {@link CsvDataset} under the name {@code csv}. */
public final class CsvProvider implements DatasetProvider<CsvConfig> {
  @Override
  public String name() {
    return "csv";
  }

  @Override
  public String summary() {
    return "demonstrations as comma-separated values, a row a step";
  }

  @Override
  public Class<CsvConfig> configType() {
    return CsvConfig.class;
  }

  @Override
  public Class<? extends Dataset> implementation() {
    return CsvDataset.class;
  }
}
