package dev.difftop.learner.imitation;

import dev.difftop.api.array.Array;
import dev.difftop.api.array.DType;
import dev.difftop.api.array.RandomStream;
import dev.difftop.api.program.CompiledProgram;
import dev.difftop.api.program.Engine;
import dev.difftop.api.program.Program;
import dev.difftop.learning.Policy;
import dev.difftop.learning.PolicySignature;
import dev.difftop.learning.PolicyState;
import dev.difftop.learning.data.Normalizers;
import dev.difftop.learning.model.Parameters;
import java.util.Map;

/** A policy of one network: its output {@code action} (1, nu), normalised. */
final class NetworkPolicy implements Policy {
  private final Engine engine;
  private final Program acting;
  private final Parameters parameters;
  private final PolicySignature signature;
  private final Normalizers normalizers;

  NetworkPolicy(
      Engine engine,
      Program acting,
      Parameters parameters,
      PolicySignature signature,
      Normalizers normalizers) {
    this.engine = engine;
    this.acting = acting;
    this.parameters = parameters;
    this.signature = signature;
    this.normalizers = normalizers;
  }

  @Override
  public PolicySignature signature() {
    return signature;
  }

  @Override
  public Actor actor() {
    CompiledProgram program = engine.compile(acting, 1, DType.FLOAT32);
    parameters.bindTo(program);
    return new Actor() {
      @Override
      public void reset(RandomStream random) {
        // Nothing of an episode is kept.
      }

      @Override
      public double[] act(Map<String, Array> observation) {
        signature.check(observation);
        normalizers.write(observation, program);
        program.run();
        return normalizers.restoreAction(program.output("action"));
      }

      @Override
      public void close() {
        program.close();
      }
    };
  }

  @Override
  public PolicyState state() {
    return PolicyState.of(signature, parameters.arrays()).with(normalizers);
  }

  @Override
  public void close() {
    // Compiled programs belong to its actors.
  }
}
