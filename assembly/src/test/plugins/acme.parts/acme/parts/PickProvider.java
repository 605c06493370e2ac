package acme.parts;

import dev.difftop.api.Declarations;
import dev.difftop.api.Encoder;
import dev.difftop.api.EncoderProvider;
import dev.difftop.api.array.Initializer;
import dev.difftop.api.array.RandomStream;
import dev.difftop.api.array.Shape;
import dev.difftop.api.Shapes;
import dev.difftop.api.config.Default;
import dev.difftop.api.config.Doc;
import dev.difftop.api.config.Range;
import dev.difftop.api.program.Tensor;
import jakarta.inject.Inject;
import java.util.Map;

public final class PickProvider implements EncoderProvider<PickProvider.Config> {
  record Config(
      @Doc("the observation that is read") @Default("position") String observation,
      @Doc("nz, length of the state") @Range(min = 1) @Default("3") int stateSize,
      @Doc("length of the state it really makes") @Range(min = 1) @Default("3") int madeSize,
      @Doc("whether it makes the context leaf goal") @Default("true") boolean makesGoal) {}

  static final class Pick implements Encoder {
    private final Config config;
    private final int inputs;
    final RandomStream random;

    @Inject
    Pick(Config config, Shapes shapes, RandomStream random) {
      this.config = config;
      Shape shape = shapes.observations().get(config.observation());
      if (shape == null) {
        throw new IllegalArgumentException(
            "observation: found %s, there are %s"
                .formatted(config.observation(), shapes.observations().keySet()));
      }
      this.inputs = shape.size();
      this.random = random;
    }

    @Override
    public void declare(Declarations declare) {
      declare.parameter("w", Shape.of(config.madeSize(), inputs), new Initializer.Constant(0.5));
      declare.parameter("b", Shape.of(config.madeSize()), new Initializer.Constant(0));
    }

    @Override
    public int stateSize() {
      return config.stateSize();
    }

    @Override
    public Tensor encode(Reading at) {
      return at.observation(config.observation()).linear(at.parameter("w"), at.parameter("b"));
    }

    @Override
    public Map<String, Tensor> context(Reading at) {
      return config.makesGoal() ? Map.of("goal", encode(at)) : Map.of();
    }
  }

  @Override
  public String name() {
    return "pick";
  }

  @Override
  public String summary() {
    return "a linear map of one observation";
  }

  @Override
  public Class<Config> configType() {
    return Config.class;
  }

  @Override
  public Class<? extends Encoder> implementation() {
    return Pick.class;
  }
}
