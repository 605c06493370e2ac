package dev.difftop.learning.data;

import dev.difftop.api.DataException;
import dev.difftop.api.array.Shape;
import dev.difftop.api.dataset.Dataset;
import dev.difftop.api.dataset.DatasetWarnings;
import dev.difftop.learning.LearnerContext;
import dev.difftop.learning.PolicySignature;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Checks that a dataset has what a policy observes and does. */
final class DemonstrationChecks {
  private DemonstrationChecks() {}

  /** The dataset of a run, checked; throws as {@link #require} does. */
  static Dataset of(LearnerContext context) {
    require(context);
    return context.dataset();
  }

  /**
   * Checks the dataset of a run, and notes what is odd about it.
   *
   * @throws IllegalArgumentException if shapes differ; lists everything
   * @throws DataException if a field is missing
   */
  static void require(LearnerContext context) {
    Dataset dataset = context.dataset();
    PolicySignature signature = context.signature();
    List<String> violations = new ArrayList<>();
    int actions = field(dataset, "actions").size();
    if (actions != signature.actionSize()) {
      violations.add(
          "actions have size %d, the environment takes %d"
              .formatted(actions, signature.actionSize()));
    }
    signature
        .shapes()
        .forEach(
            (name, expected) -> {
              Shape found = field(dataset, "obs/" + name);
              if (!found.equals(expected)) {
                violations.add(
                    "obs/%s has shape %s, the environment gives %s"
                        .formatted(name, found, expected));
              }
            });
    if (!violations.isEmpty()) {
      throw new IllegalArgumentException("dataset: " + String.join("; ", violations));
    }
    double[] low = new double[signature.actionSize()];
    double[] high = new double[signature.actionSize()];
    Arrays.fill(low, -1);
    Arrays.fill(high, 1);
    DatasetWarnings.of(dataset, low, high).forEach(warning -> context.note("dataset: " + warning));
  }

  /**
   * The shape of a field's rows.
   *
   * @throws DataException if it is missing; names those that are there
   */
  static Shape field(Dataset dataset, String field) {
    Dataset.Field found = dataset.fields().get(field);
    if (found == null) {
      throw new DataException(
          "MISSING_KEY",
          "dataset: " + field,
          "not in the dataset, which has "
              + dataset.fields().keySet()
              + "; name an observation that is there, or another file",
          null);
    }
    return found.shape();
  }
}
