package dev.difftop.models.encoder;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.difftop.api.Encoder;
import dev.difftop.api.EncoderProvider;
import dev.difftop.api.ProblemSpec;
import dev.difftop.api.Shapes;
import dev.difftop.api.array.DType;
import dev.difftop.api.array.RandomStream;
import dev.difftop.api.array.Shape;
import dev.difftop.api.program.Interpreter;
import dev.difftop.api.program.Program;
import dev.difftop.api.program.Tensor;
import dev.difftop.networks.Activation;
import dev.difftop.networks.Normalization;
import dev.difftop.networks.WeightInitializer;
import dev.difftop.testkit.EncoderContract;
import dev.difftop.testkit.Numeric;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class VisionEncoderTest extends EncoderContract<VisionEncoderConfig> {
  private static final int POINTS = 5;

  @Override
  protected EncoderProvider<VisionEncoderConfig> provider() {
    return new VisionEncoderProvider();
  }

  @Override
  protected VisionEncoderConfig config() {
    return config(2, new int[] {3, 2}, new int[] {3, 2}, new int[] {4, 3});
  }

  private static VisionEncoderConfig config(
      int stride, int[] channels, int[] kernels, int[] points) {
    return new VisionEncoderConfig(
        4,
        channels,
        kernels,
        stride,
        points,
        new int[] {6},
        Activation.TANH,
        Normalization.LAYER_NORM,
        WeightInitializer.XAVIER);
  }

  @Override
  protected Shapes shapes() {
    Map<String, Shape> observations = new LinkedHashMap<>();
    observations.put("pixels", Shape.of(8, 7, 3));
    observations.put("depth", Shape.of(6, 6));
    observations.put("points", Shape.of(POINTS, 3));
    observations.put("velocity", Shape.of(2));
    return new Shapes(observations, 1, 0);
  }

  /** The state of numbers in a row, by name of the observation. */
  private double[] state(VisionEncoderConfig config, Map<String, double[]> seen) {
    Encoder encoder = new VisionEncoder(config, shapes());
    Map<String, ProblemSpec.Parameter> declared = new LinkedHashMap<>();
    encoder.declare(ProblemSpec.collect("encoder", declared, new LinkedHashMap<>()));
    List<Tensor> inputs = new ArrayList<>();
    List<double[]> numbers = new ArrayList<>();
    Map<String, Tensor> observations = new LinkedHashMap<>();
    shapes()
        .observations()
        .forEach(
            (name, shape) -> {
              Tensor input = Tensor.input(name, Shape.batched(shape.dims()));
              observations.put(name, input);
              inputs.add(input);
              numbers.add(seen.getOrDefault(name, new double[shape.size()]));
            });
    Map<String, Tensor> theta = new LinkedHashMap<>();
    declared.forEach(
        (name, p) -> {
          Tensor input = Tensor.input(name, p.shape());
          theta.put(name.substring("encoder/".length()), input);
          inputs.add(input);
          numbers.add(p.initializer().values(p.shape(), RandomStream.root(3).child(name)));
        });
    Tensor z = encoder.encode(new Encoder.Reading(observations, theta::get));
    Program program = Program.of(inputs, Map.of("z", z));
    return Numeric.run(
        new Interpreter(), program, 1, DType.FLOAT64, numbers.toArray(double[][]::new))[0];
  }

  private static double[] rising(int n) {
    double[] out = new double[n];
    Arrays.setAll(out, i -> Math.sin(1.7 * i));
    return out;
  }

  @Test
  void everyObservationIsSeen() {
    double[] dark = state(config(), Map.of());
    shapes()
        .observations()
        .forEach(
            (name, shape) -> {
              double[] seen = state(config(), Map.of(name, rising(shape.size())));
              assertFalse(Arrays.equals(dark, seen), name);
            });
  }

  @Test
  void theOrderOfPointsDoesNotMatterButThatOfPixelsDoes() {
    double[] points = rising(3 * POINTS);
    double[] turned = new double[points.length];
    for (int i = 0; i < points.length; i++) {
      turned[(i + 3) % points.length] = points[i];
    }
    double[] state = state(config(), Map.of("points", points));
    assertArrayEquals(state, state(config(), Map.of("points", turned)), 1e-14);
    double[] picture = rising(8 * 7 * 3);
    double[] moved = new double[picture.length];
    for (int i = 0; i < picture.length; i++) {
      moved[(i + 3) % picture.length] = picture[i];
    }
    double[] seen = state(config(), Map.of("pixels", picture));
    assertFalse(Arrays.equals(seen, state(config(), Map.of("pixels", moved))));
  }

  @Test
  void everySettingOfItsSightChangesTheState() {
    Map<String, double[]> seen =
        Map.of("pixels", rising(8 * 7 * 3), "points", rising(3 * POINTS), "depth", rising(36));
    double[] state = state(config(), seen);
    for (VisionEncoderConfig other :
        List.of(
            config(1, new int[] {3, 2}, new int[] {3, 2}, new int[] {4, 3}),
            config(2, new int[] {5, 2}, new int[] {3, 2}, new int[] {4, 3}),
            config(2, new int[] {3, 2}, new int[] {3, 1}, new int[] {4, 3}),
            config(2, new int[] {3, 2}, new int[] {3, 2}, new int[] {4, 5}))) {
      assertFalse(Arrays.equals(state, state(other, seen)), other::toString);
    }
  }

  @Test
  void theUsualSettingsFitTheUsualPicture() {
    Shapes usual = new Shapes(Map.of("pixels", Shape.of(84, 84, 9)), 1, 0);
    VisionEncoderConfig config =
        config(2, new int[] {32, 32, 32, 32}, new int[] {7, 5, 3, 3}, new int[] {64});
    Map<String, ProblemSpec.Parameter> declared = new LinkedHashMap<>();
    new VisionEncoder(config, usual)
        .declare(ProblemSpec.collect("encoder", declared, new LinkedHashMap<>()));
    // 84, 39, 18, 8, 3.
    assertEquals(Shape.of(6, 32 * 3 * 3), declared.get("encoder/0/weight").shape());
  }

  @Test
  void whatDoesNotFitIsNamed() {
    refused(config(2, new int[] {3, 2}, new int[] {3}, new int[] {4}), "kernels: found 1", "2");
    refused(
        config(2, new int[] {3, 2}, new int[] {3, 5}, new int[] {4}),
        "pixels has 7 x 8 pixels",
        "3 are left",
        "kernel of 5");
    refused(config(2, new int[] {3}, new int[] {3}, new int[0]), "points", "cloud points");
  }

  private void refused(VisionEncoderConfig config, String... named) {
    String message =
        assertThrows(IllegalArgumentException.class, () -> new VisionEncoder(config, shapes()))
            .getMessage();
    for (String part : named) {
      assertTrue(message.contains(part), message + " does not name " + part);
    }
  }
}
