package embedding;

import dev.difftop.api.*;
import dev.difftop.api.array.RandomStream;
import dev.difftop.api.environment.*;
import dev.difftop.learning.run.TrainedPolicy;
import java.nio.file.Path;

/** Loads the policy of a run folder and acts with it in a loop of one's own. */
public final class ActWithARun {
  private ActWithARun() {}

  /** The return of one episode. */
  static double episode(Path run, long seed) {
    PartFactory factory = PartFactory.discover();
    RandomStream random = RandomStream.root(seed);
    try (TrainedPolicy policy = TrainedPolicy.load(run, factory);
        Environment world =
            factory.make(policy.spec().environment().orElseThrow(), Collaborators.of(random))) {
      TimeStep step = world.reset(random.child("start"));
      policy.reset(random.child("policy"));
      double total = 0;
      while (!step.isLast()) {
        step = world.step(policy.act(step.observation()));
        total += step.reward();
      }
      return total;
    }
  }

  /** Takes the run folder. */
  public static void main(String[] arguments) {
    System.out.printf("return %.2f%n", episode(Path.of(arguments[0]), 7));
  }
}
