package dev.difftop.api.program;

import static dev.difftop.api.program.Cases.BATCH;
import static dev.difftop.api.program.Numbers.assertClose;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.difftop.api.program.Cases.Case;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** An extra axis gives what a loop over its entries gives. */
class VmapTest {
  private static final int SIZE = 2;

  /** Values: every non-empty set of operands mapped, each kept batched or given as shared. */
  @ParameterizedTest
  @MethodSource("dev.difftop.api.program.Cases#all")
  void ofAnOperationEqualsALoop(Case c) {
    int n = c.inputs.size();
    for (int mapped = 1; mapped < 1 << n; mapped++) {
      for (int shared = 0; shared < 1 << n; shared++) {
        if ((shared & ~mapped) == 0) {
          check(List.of(c.y), c.inputs, c.domains, mapped, shared, c.toString());
        }
      }
    }
  }

  /** Derivatives: points, tangents and cotangents mapped in random mixes. */
  @ParameterizedTest
  @MethodSource("dev.difftop.api.program.Cases#all")
  void ofDerivativesEqualsALoop(Case c) {
    Random random = new Random(11);
    DerivativeTest.Derived d = new DerivativeTest.Derived(c, 12);
    List<Tensor> outputs = new ArrayList<>(d.pulled);
    outputs.add(d.dy);
    outputs.addAll(Transforms.jvp(d.pulled, d.x, d.dx));
    List<Cases.Domain> domains = new ArrayList<>(c.domains);
    while (domains.size() < d.inputs.size()) {
      domains.add(Cases.Domain.ANY);
    }
    int all = (1 << d.inputs.size()) - 1;
    int tangents = all - ((1 << d.x.size()) - 1);
    check(outputs, d.inputs, domains, tangents, tangents, "all tangents shared");
    check(outputs, d.inputs, domains, all, 0, "everything mapped");
    check(outputs, d.inputs, domains, all, all, "everything mapped and shared");
    for (int i = 0; i < 6; i++) {
      int mapped = 1 + random.nextInt(all);
      check(outputs, d.inputs, domains, mapped, mapped & random.nextInt(), "mix " + mapped);
    }
  }

  private static void check(
      List<Tensor> outputs,
      List<Tensor> inputs,
      List<Cases.Domain> domains,
      int mapped,
      int shared,
      String what) {
    Random random = new Random(mapped * 31L + shared);
    List<Tensor> from = new ArrayList<>();
    List<Tensor> to = new ArrayList<>();
    List<Tensor> given = new ArrayList<>();
    List<double[]> values = new ArrayList<>();
    for (int i = 0; i < inputs.size(); i++) {
      Tensor t = inputs.get(i);
      if ((mapped >> i & 1) == 1) {
        boolean batched = Shaping.batched(t) && (shared >> i & 1) == 0;
        int[] sample = Shaping.insert(Shaping.sample(t), 0, SIZE);
        Tensor along = Tensor.input("mapped " + i, Shaping.shape(batched, sample));
        from.add(t);
        to.add(along);
        t = along;
      }
      given.add(t);
      Cases.Domain domain = domains.get(i);
      double[] value = new double[Numbers.size(t, BATCH)];
      java.util.Arrays.setAll(value, k -> domain.draw(random));
      values.add(value);
    }
    List<Tensor> mappedOutputs = Transforms.vmap(outputs, from, to, SIZE);
    double[][] found = Numbers.run(mappedOutputs, given, values, BATCH);
    for (int copy = 0; copy < SIZE; copy++) {
      double[][] expected = Numbers.run(outputs, inputs, entry(inputs, given, values, copy), BATCH);
      for (int k = 0; k < expected.length; k++) {
        Tensor y = mappedOutputs.get(k);
        assertEquals(
            Shaping.shape(
                Shaping.batched(outputs.get(k)),
                Shaping.insert(Shaping.sample(outputs.get(k)), 0, SIZE)),
            y.shape());
        double[] entry = Numbers.copy(found[k], y.shape(), BATCH, SIZE, copy);
        assertClose(expected[k], entry, 1e-12, what + ", output " + k + ", copy " + copy);
      }
    }
  }

  /** The numbers of one copy, for the inputs as they were before mapping. */
  private static List<double[]> entry(
      List<Tensor> inputs, List<Tensor> given, List<double[]> values, int copy) {
    List<double[]> out = new ArrayList<>();
    for (int i = 0; i < inputs.size(); i++) {
      Tensor t = given.get(i);
      if (t == inputs.get(i)) {
        out.add(values.get(i));
        continue;
      }
      double[] one = Numbers.copy(values.get(i), t.shape(), BATCH, SIZE, copy);
      int repeat = Numbers.size(inputs.get(i), BATCH) / one.length;
      double[] all = new double[one.length * repeat];
      for (int r = 0; r < repeat; r++) {
        System.arraycopy(one, 0, all, r * one.length, one.length);
      }
      out.add(all);
    }
    return out;
  }
}
