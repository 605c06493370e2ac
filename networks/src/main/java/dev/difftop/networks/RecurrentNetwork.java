package dev.difftop.networks;

import dev.difftop.api.Declarations;
import dev.difftop.api.array.Initializer;
import dev.difftop.api.array.Shape;
import dev.difftop.api.program.Scan;
import dev.difftop.api.program.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/**
 * Layers of recurrent cells. Parameters of layer k: {@code PREFIX k/input/...} and {@code PREFIX
 * k/recurrent/...}, each a weight (gates * width, ...) and a bias, the gates one after the other.
 * Forget and update gates start open: 1 is added to what the bias gives (Jozefowicz, Zaremba,
 * Sutskever, "An empirical exploration of recurrent network architectures", 2015).
 */
public final class RecurrentNetwork {
  /** The cell of every layer. */
  public enum Cell {
    /** Long short-term memory, Hochreiter and Schmidhuber, 1997; gates input, forget, cell, out. */
    LSTM(4, 2) {
      @Override
      List<Tensor> next(Tensor input, Tensor recurrent, List<Tensor> carry, int width) {
        Tensor gates = input.plus(recurrent);
        Tensor in = gate(gates, 0, width).sigmoid();
        Tensor forget = gate(gates, 1, width).plus(1).sigmoid();
        Tensor candidate = gate(gates, 2, width).tanh();
        Tensor out = gate(gates, 3, width).sigmoid();
        Tensor cell = forget.times(carry.get(1)).plus(in.times(candidate));
        return List.of(out.times(cell.tanh()), cell);
      }
    },
    /** Gated recurrent unit, Cho et al., 2014; gates reset, update, candidate. */
    GRU(3, 1) {
      @Override
      List<Tensor> next(Tensor input, Tensor recurrent, List<Tensor> carry, int width) {
        Tensor reset = gate(input, 0, width).plus(gate(recurrent, 0, width)).sigmoid();
        Tensor keep = gate(input, 1, width).plus(gate(recurrent, 1, width)).plus(1).sigmoid();
        Tensor candidate =
            gate(input, 2, width).plus(reset.times(gate(recurrent, 2, width))).tanh();
        return List.of(candidate.plus(keep.times(carry.get(0).minus(candidate))));
      }
    };

    private final int gates;
    private final int carried;

    Cell(int gates, int carried) {
      this.gates = gates;
      this.carried = carried;
    }

    /** What is carried on, the output first; all shapes (B, width) or (B, gates * width). */
    abstract List<Tensor> next(Tensor input, Tensor recurrent, List<Tensor> carry, int width);

    private static Tensor gate(Tensor gates, int index, int width) {
      return gates.slice(1, index * width, width);
    }
  }

  /**
   * One step.
   *
   * @param output shape (B, width)
   * @param carry what the next step starts from, each (B, width)
   */
  public record Step(Tensor output, List<Tensor> carry) {}

  private final Cell cell;
  private final int width;
  private final List<Linear> input = new ArrayList<>();
  private final List<Linear> recurrent = new ArrayList<>();

  /**
   * A network.
   *
   * @param prefix before the names of its parameters
   * @param in length of an entry of the sequence
   * @param width of every layer's output
   * @param layers number of layers
   */
  public RecurrentNetwork(String prefix, Cell cell, int in, int width, int layers) {
    this.cell = cell;
    this.width = width;
    for (int k = 0; k < layers; k++) {
      int rows = cell.gates * width;
      Initializer weights = new Initializer.Kaiming(1);
      input.add(new Linear(prefix + k + "/input/", k == 0 ? in : width, rows, weights));
      recurrent.add(
          new Linear(prefix + k + "/recurrent/", width, rows, new Initializer.Orthogonal(1)));
    }
  }

  /** Declares its parameters. */
  public void declare(Declarations declare) {
    for (int k = 0; k < input.size(); k++) {
      input.get(k).declare(declare);
      recurrent.get(k).declare(declare);
    }
  }

  /** How many tensors (B, width) a step hands to the next one. */
  public int carried() {
    return cell.carried * input.size();
  }

  /** Length of the output. */
  public int width() {
    return width;
  }

  /** The outputs (B, L, width) of a sequence (B, L, in), from a carry of zeros. */
  public Tensor run(Tensor sequence, Function<String, Tensor> parameters) {
    Tensor h = sequence;
    for (int k = 0; k < input.size(); k++) {
      int layer = k;
      List<Tensor> zeros = new ArrayList<>();
      for (int i = 0; i < cell.carried; i++) {
        zeros.add(Tensor.zeros(Shape.batched(width)));
      }
      // The products with the inputs do not depend on the carry: one for all steps.
      Tensor gates = input.get(layer).apply(h, parameters);
      h =
          Scan.over(
                  sequence.shape().dim(1),
                  zeros,
                  List.of(gates),
                  (carry, entries) -> {
                    List<Tensor> next = next(layer, entries.get(0), carry, parameters);
                    return new Scan.Step(next, List.of(next.get(0)));
                  })
              .outputs()
              .get(0);
    }
    return h;
  }

  /**
   * One step.
   *
   * @param x shape (B, in)
   * @param carry {@link #carried} tensors (B, width); zeros at the start of a sequence
   */
  public Step step(Tensor x, List<Tensor> carry, Function<String, Tensor> parameters) {
    Tensor h = x;
    List<Tensor> all = new ArrayList<>();
    for (int k = 0; k < input.size(); k++) {
      List<Tensor> own = carry.subList(k * cell.carried, (k + 1) * cell.carried);
      List<Tensor> next = next(k, input.get(k).apply(h, parameters), own, parameters);
      h = next.get(0);
      all.addAll(next);
    }
    return new Step(h, all);
  }

  private List<Tensor> next(
      int layer, Tensor gates, List<Tensor> carry, Function<String, Tensor> parameters) {
    return cell.next(gates, recurrent.get(layer).apply(carry.get(0), parameters), carry, width);
  }
}
