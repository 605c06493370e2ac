package dev.difftop.optimization.stagewise;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * What {@link LeafReader} fetches, backwards: from the derivative of a loss in the matrices of a
 * linear-quadratic problem to that in its leaves. Every element of a leaf is the sum of a few
 * multiples of elements of the matrices.
 */
final class LeafWriter {
  /** The matrices of one sample side by side. */
  static final class Layout {
    private final Map<String, Integer> starts = new java.util.HashMap<>();
    private final int size;

    Layout(Map<String, LeafForms.Form[]> forms) {
      int at = 0;
      for (Map.Entry<String, LeafForms.Form[]> output : forms.entrySet()) {
        starts.put(output.getKey(), at);
        at += output.getValue().length;
      }
      size = at;
    }

    /** Where an output starts. */
    int start(String output) {
      return starts.get(output);
    }

    /** Numbers of all outputs. */
    int size() {
      return size;
    }
  }

  /** Elements of a leaf that are one and the same multiple of elements that lie side by side. */
  private record Run(int element, int place, int length, double factor) {}

  /** An element of a leaf that is another sum. */
  private record Sum(int element, int[] places, double[] factors) {}

  private final List<Run> runs = new ArrayList<>();
  private final List<Sum> sums = new ArrayList<>();

  /**
   * A writer for one leaf.
   *
   * @param input position of the leaf among the inputs
   * @param size numbers of the leaf of one sample
   * @param mirror for each place, the place of the same number: symmetric matrices have two
   */
  LeafWriter(
      Map<String, LeafForms.Form[]> forms, Layout layout, int input, int size, int[] mirror) {
    List<List<Term>> terms = new ArrayList<>();
    for (int e = 0; e < size; e++) {
      terms.add(new ArrayList<>(2));
    }
    forms.forEach(
        (output, all) -> {
          for (int i = 0; i < all.length; i++) {
            LeafForms.Form form = all[i];
            for (int k = 0; k < form.inputs().length; k++) {
              if (form.inputs()[k] == input) {
                Term term = new Term(layout.start(output) + i, form.factors()[k]);
                terms.get(form.elements()[k]).add(term);
              }
            }
          }
        });
    int previous = -2;
    for (int e = 0; e < size; e++) {
      List<Term> merged = merged(terms.get(e), mirror, previous + 1);
      previous = merged.size() == 1 ? merged.get(0).place : -2;
      add(e, merged);
    }
  }

  private record Term(int place, double factor) {}

  /** Two halves of a symmetric matrix are one number; the place that continues a run is taken. */
  private static List<Term> merged(List<Term> terms, int[] mirror, int next) {
    if (terms.size() != 2 || mirror[terms.get(0).place] != terms.get(1).place) {
      return terms;
    }
    int place = terms.get(1).place == next ? next : terms.get(0).place;
    return List.of(new Term(place, terms.get(0).factor + terms.get(1).factor));
  }

  private void add(int element, List<Term> terms) {
    if (terms.size() == 1) {
      Term term = terms.get(0);
      Run last = runs.isEmpty() ? null : runs.get(runs.size() - 1);
      if (last != null
          && last.element + last.length == element
          && last.place + last.length == term.place
          && last.factor == term.factor) {
        runs.set(runs.size() - 1, new Run(last.element, last.place, last.length + 1, last.factor));
      } else {
        runs.add(new Run(element, term.place, 1, term.factor));
      }
    } else if (!terms.isEmpty()) {
      sums.add(
          new Sum(
              element,
              terms.stream().mapToInt(Term::place).toArray(),
              terms.stream().mapToDouble(Term::factor).toArray()));
    }
  }

  /** Writes the derivative in the leaf, from that in the matrices; elsewhere it stays zero. */
  void write(double[] matrices, double[] leaf, int at) {
    for (Run run : runs) {
      if (run.factor == 1) {
        System.arraycopy(matrices, run.place, leaf, at + run.element, run.length);
      } else {
        for (int i = 0; i < run.length; i++) {
          leaf[at + run.element + i] = run.factor * matrices[run.place + i];
        }
      }
    }
    for (Sum sum : sums) {
      double total = 0;
      for (int k = 0; k < sum.places.length; k++) {
        total += sum.factors[k] * matrices[sum.places[k]];
      }
      leaf[at + sum.element] = total;
    }
  }
}
