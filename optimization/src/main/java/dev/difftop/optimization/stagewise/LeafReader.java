package dev.difftop.optimization.stagewise;

import dev.difftop.api.Problem;
import dev.difftop.api.ProblemSpec;
import dev.difftop.api.array.Array;
import dev.difftop.api.program.Program;
import java.util.HashMap;
import java.util.Map;

/** Fetches what {@link LeafForms} found straight from the leaves of a problem, into lanes. */
final class LeafReader {
  private final Program program;
  private final ProblemSpec spec;
  private final int group;
  private final Map<String, Places> places = new HashMap<>();
  private final double[][][] rows;
  private Problem problem;

  LeafReader(Program program, ProblemSpec spec, int group, Map<String, LeafForms.Form[]> forms) {
    this.program = program;
    this.spec = spec;
    this.group = group;
    forms.forEach((name, all) -> places.put(name, new Places(all)));
    this.rows = new double[program.inputs().size()][group][];
  }

  /** Reads the parameters, which all samples share. */
  void begin(Problem next) {
    problem = next;
    for (Map.Entry<String, Array> parameter : next.parameters().entrySet()) {
      double[] values = parameter.getValue().toDoubles();
      java.util.Arrays.fill(rows[program.inputIndex(parameter.getKey())], values);
    }
  }

  /** Reads the context of consecutive samples. */
  void select(int first) {
    for (String name : spec.context().keySet()) {
      Array all = problem.context().get(name);
      int length = all.size() / problem.batch();
      double[][] lanes = rows[program.inputIndex(name)];
      for (int lane = 0; lane < group; lane++) {
        if (lanes[lane] == null || lanes[lane].length != length) {
          lanes[lane] = new double[length];
        }
        if (first + lane < problem.batch()) {
          all.read((first + lane) * length, lanes[lane], 0, length);
        }
      }
    }
  }

  /** Fetches an output (stages, entries) into the lanes {@code from ...} of a block. */
  void get(String output, double[][][] stages, int from) {
    Places all = places.get(output);
    int entries = stages[0].length;
    for (int t = 0; t < stages.length; t++) {
      if (all.isRun(t, entries)) {
        copyRun(all, t * entries, stages[t], from);
      } else {
        for (int e = 0; e < entries; e++) {
          fetch(all, t * entries + e, stages[t][e], from);
        }
      }
    }
  }

  /** Elements that lie side by side in a leaf, lane by lane of four. */
  private void copyRun(Places all, int place, double[][] entries, int from) {
    double[][] lanes = rows[all.input[place]];
    int first = all.element[place];
    int l = 0;
    for (; l + 4 <= group; l += 4) {
      copyFour(lanes, l, first, entries, from + l);
    }
    for (; l < group; l++) {
      double[] row = lanes[l];
      for (int e = 0; e < entries.length; e++) {
        entries[e][from + l] = row[first + e];
      }
    }
  }

  private static void copyFour(double[][] lanes, int l, int first, double[][] entries, int to) {
    double[] a = lanes[l];
    double[] b = lanes[l + 1];
    double[] c = lanes[l + 2];
    double[] d = lanes[l + 3];
    for (int e = 0; e < entries.length; e++) {
      double[] entry = entries[e];
      entry[to] = a[first + e];
      entry[to + 1] = b[first + e];
      entry[to + 2] = c[first + e];
      entry[to + 3] = d[first + e];
    }
  }

  /** Fetches an output (entries). */
  void get(String output, double[][] entries, int from) {
    for (int e = 0; e < entries.length; e++) {
      fetch(places.get(output), e, entries[e], from);
    }
  }

  /** Fetches the lower triangles of an output (stages, n, n) of symmetric matrices. */
  void getSymmetric(String output, double[][][] stages, int n, int from) {
    for (int t = 0; t < stages.length; t++) {
      getSymmetric(places.get(output), t * n * n, stages[t], n, from);
    }
  }

  /** Fetches the lower triangle of an output (n, n) likewise. */
  void getSymmetric(String output, double[][] matrix, int n, int from) {
    getSymmetric(places.get(output), 0, matrix, n, from);
  }

  private void getSymmetric(Places all, int at, double[][] matrix, int n, int from) {
    for (int i = 0; i < n; i++) {
      for (int j = 0; j <= i; j++) {
        fetch(all, at + i * n + j, matrix[i * n + j], from);
      }
    }
  }

  private void fetch(Places all, int place, double[] entry, int from) {
    switch (all.kind[place]) {
      case Places.COPY -> copy(rows[all.input[place]], all.element[place], entry, from);
      case Places.PAIR -> pair(all, place, entry, from);
      default -> sum(all.forms[place], entry, from);
    }
  }

  private void copy(double[][] lanes, int element, double[] entry, int from) {
    for (int l = 0; l < group; l++) {
      entry[from + l] = lanes[l][element];
    }
  }

  private void pair(Places all, int place, double[] entry, int from) {
    double[][] lanes = rows[all.input[place]];
    int one = all.element[place];
    int other = all.other[place];
    double factor = all.factor[place];
    for (int l = 0; l < group; l++) {
      entry[from + l] = factor * lanes[l][one] + factor * lanes[l][other];
    }
  }

  private void sum(LeafForms.Form form, double[] entry, int from) {
    java.util.Arrays.fill(entry, from, from + group, form.constant());
    for (int k = 0; k < form.inputs().length; k++) {
      double[][] lanes = rows[form.inputs()[k]];
      int element = form.elements()[k];
      double factor = form.factors()[k];
      for (int l = 0; l < group; l++) {
        entry[from + l] += factor * lanes[l][element];
      }
    }
  }

  /** The forms of an output side by side: the common kinds without an object each. */
  private static final class Places {
    static final byte SUM = 0;
    static final byte COPY = 1;
    static final byte PAIR = 2;

    final LeafForms.Form[] forms;
    final byte[] kind;
    final int[] input;
    final int[] element;
    final int[] other;
    final double[] factor;
    private boolean[] isRun;

    Places(LeafForms.Form[] forms) {
      this.forms = forms;
      this.kind = new byte[forms.length];
      this.input = new int[forms.length];
      this.element = new int[forms.length];
      this.other = new int[forms.length];
      this.factor = new double[forms.length];
      for (int i = 0; i < forms.length; i++) {
        place(i, forms[i]);
      }
    }

    /** Whether the elements of a stage are copies that lie side by side. */
    boolean isRun(int stage, int count) {
      if (isRun == null) {
        isRun = new boolean[kind.length / count];
        for (int t = 0; t < isRun.length; t++) {
          isRun[t] = findRun(t * count, count);
        }
      }
      return isRun[stage];
    }

    private boolean findRun(int from, int count) {
      for (int i = from; i < from + count; i++) {
        if (kind[i] != COPY || input[i] != input[from] || element[i] != element[from] + i - from) {
          return false;
        }
      }
      return true;
    }

    private void place(int i, LeafForms.Form form) {
      int terms = form.inputs().length;
      boolean copy = terms == 1 && form.factors()[0] == 1;
      boolean pair =
          terms == 2
              && form.inputs()[0] == form.inputs()[1]
              && form.factors()[0] == form.factors()[1];
      if (form.constant() == 0 && (copy || pair)) {
        kind[i] = copy ? COPY : PAIR;
        input[i] = form.inputs()[0];
        element[i] = form.elements()[0];
        other[i] = form.elements()[terms - 1];
        factor[i] = form.factors()[0];
      }
    }
  }
}
