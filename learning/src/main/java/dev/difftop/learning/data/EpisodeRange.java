package dev.difftop.learning.data;

import dev.difftop.api.array.Array;
import dev.difftop.api.dataset.Dataset;
import java.util.List;
import java.util.Map;

/** Some consecutive episodes of a dataset, numbered from 0; the dataset stays its owner's. */
final class EpisodeRange implements Dataset {
  private final Dataset dataset;
  private final int first;
  private final int end;

  EpisodeRange(Dataset dataset, int first, int end) {
    this.dataset = dataset;
    this.first = first;
    this.end = end;
  }

  @Override
  public List<Episode> episodes() {
    return dataset.episodes().subList(first, end);
  }

  @Override
  public Map<String, Field> fields() {
    return dataset.fields();
  }

  @Override
  public String location() {
    return dataset.location();
  }

  @Override
  public Map<String, String> attributes() {
    return dataset.attributes();
  }

  @Override
  public Array read(int episode, String field, int from, int count) {
    return dataset.read(first + episode, field, from, count);
  }

  @Override
  public void read(int episode, String field, int from, int count, Array into, int offset) {
    dataset.read(first + episode, field, from, count, into, offset);
  }

  @Override
  public void close() {
    // The dataset is not its own.
  }
}
