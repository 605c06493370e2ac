package dev.difftop.learner.imitation;

import dev.difftop.api.array.Array;
import dev.difftop.api.array.DType;
import dev.difftop.api.array.RandomStream;
import dev.difftop.api.program.CompiledProgram;
import dev.difftop.api.program.Engine;
import dev.difftop.learning.Policy;
import dev.difftop.learning.PolicySignature;
import dev.difftop.learning.PolicyState;
import dev.difftop.learning.data.Normalizers;
import dev.difftop.learning.model.Parameters;
import java.util.Map;

/** A base policy and a correction of its actions. */
final class ResidualPolicy implements Policy {
  private final Engine engine;
  private final ResidualNetwork network;
  private final Parameters parameters;
  private final Normalizers normalizers;
  private final BasePolicy base;

  /** A policy; the base is closed by its owner. */
  ResidualPolicy(
      Engine engine,
      ResidualNetwork network,
      Parameters parameters,
      Normalizers normalizers,
      BasePolicy base) {
    this.engine = engine;
    this.network = network;
    this.parameters = parameters;
    this.normalizers = normalizers;
    this.base = base;
  }

  @Override
  public PolicySignature signature() {
    return network.signature();
  }

  @Override
  public PolicyState state() {
    return base.in(PolicyState.of(signature(), parameters.arrays()).with(normalizers));
  }

  @Override
  public Actor actor() {
    return new ResidualActor();
  }

  @Override
  public void close() {
    // Compiled programs belong to its actors.
  }

  private final class ResidualActor implements Actor {
    private final Actor baseActor = base.policy().actor();
    private final CompiledProgram program = engine.compile(network.acting(), 1, DType.FLOAT32);

    ResidualActor() {
      parameters.bindTo(program);
    }

    @Override
    public void reset(RandomStream random) {
      baseActor.reset(random.child("base"));
    }

    @Override
    public double[] act(Map<String, Array> observation) {
      signature().check(observation);
      double[] action = baseActor.act(observation);
      normalizers.write(observation, program);
      for (int j = 0; j < action.length; j++) {
        program.input(ResidualNetwork.BASE).set(j, normalizers.actions().normalize(action[j], j));
      }
      program.run();
      return normalizers.restoreAction(program.output("action"));
    }

    @Override
    public void close() {
      program.close();
      baseActor.close();
    }
  }
}
