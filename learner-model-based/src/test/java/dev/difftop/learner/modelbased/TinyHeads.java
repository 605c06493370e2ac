package dev.difftop.learner.modelbased;

import dev.difftop.api.Cost;
import dev.difftop.api.Declarations;
import dev.difftop.api.Dynamics;
import dev.difftop.api.Encoder;
import dev.difftop.api.Point;
import dev.difftop.api.Stage;
import dev.difftop.api.Terminal;
import dev.difftop.api.array.Initializer;
import dev.difftop.api.array.Shape;
import dev.difftop.api.program.Tensor;
import java.util.List;
import java.util.Set;

/** Heads of one smooth layer each, and a model to go with them. */
public class TinyHeads implements Cost {
  public static final int STATE = 3;

  @Override
  public void declare(Declarations declare) {
    declare.parameter("reward", Shape.of(1, STATE + 1), new Initializer.Orthogonal(0.5));
    declare.parameter("q1", Shape.of(1, STATE + 1), new Initializer.Orthogonal(0.6));
    declare.parameter("q2", Shape.of(1, STATE + 1), new Initializer.Orthogonal(0.7));
    declare.parameter("policy", Shape.of(1, STATE), new Initializer.Orthogonal(1));
  }

  @Override
  public Set<String> heads() {
    return Set.of("reward", "q1", "q2", "policy");
  }

  @Override
  public Tensor head(String name, Stage at) {
    Tensor zero = Tensor.constant(new double[] {0.1});
    Tensor in = name.equals("policy") ? at.x() : Tensor.concat(1, at.x(), at.u());
    Tensor out = in.linear(at.parameter(name), zero).tanh();
    return name.equals("policy") ? out : out.squeeze(1);
  }

  @Override
  public Tensor stage(Stage at) {
    return head("reward", at).negate();
  }

  @Override
  public Terminal terminal(Point at) {
    Stage acting =
        at.with(at.x().linear(at.parameter("policy"), Tensor.constant(new double[] {0.1})).tanh());
    return new Terminal(
        Terminal.Combiner.MEAN,
        0,
        List.of(head("q1", acting).negate(), head("q2", acting).negate()));
  }

  /** One layer with tanh. */
  static final class TinyEncoder implements Encoder {
    private final String observed;

    TinyEncoder(String observed) {
      this.observed = observed;
    }

    @Override
    public void declare(Declarations declare) {
      declare.parameter("w", Shape.of(STATE, 2), new Initializer.Orthogonal(0.8));
    }

    @Override
    public int stateSize() {
      return STATE;
    }

    @Override
    public Tensor encode(Reading at) {
      return at.observation(observed)
          .linear(at.parameter("w"), Tensor.constant(new double[] {0.1, 0.2, 0.3}))
          .tanh();
    }
  }

  /** One layer with tanh. */
  public static class TinyDynamics implements Dynamics {
    @Override
    public void declare(Declarations declare) {
      declare.parameter("w", Shape.of(STATE, STATE + 1), new Initializer.Orthogonal(0.9));
    }

    @Override
    public int stateSize() {
      return STATE;
    }

    @Override
    public int actionSize() {
      return 1;
    }

    @Override
    public Tensor next(Stage at) {
      return Tensor.concat(1, at.x(), at.u())
          .linear(at.parameter("w"), Tensor.constant(new double[] {0, 0.1, 0}))
          .tanh();
    }
  }

  /** The same with a head for terminal states. */
  public static final class EndingDynamics extends TinyDynamics {
    @Override
    public void declare(Declarations declare) {
      super.declare(declare);
      declare.parameter("end", Shape.of(1, STATE), new Initializer.Orthogonal(1));
    }

    @Override
    public Set<String> heads() {
      return Set.of("termination");
    }

    @Override
    public Tensor head(String name, Stage at) {
      return at.x().linear(at.parameter("end"), Tensor.constant(new double[] {-1})).squeeze(1);
    }
  }

  /** The same with three critics. */
  public static final class ThreeCritics extends TinyHeads {
    @Override
    public void declare(Declarations declare) {
      super.declare(declare);
      declare.parameter("q3", Shape.of(1, STATE + 1), new Initializer.Orthogonal(0.9));
    }

    @Override
    public Set<String> heads() {
      return Set.of("reward", "q1", "q2", "q3", "policy");
    }
  }
}
