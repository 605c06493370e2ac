package embedding;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

final class SolveAndDifferentiateTest {
  @Test
  void theGradientAgreesWithDifferencesOfSolves() {
    double h = 1e-4;
    double difference =
        (SolveAndDifferentiate.firstActionAndGradient(0.5 + h)[0]
                - SolveAndDifferentiate.firstActionAndGradient(0.5 - h)[0])
            / (2 * h);
    assertEquals(difference, SolveAndDifferentiate.firstActionAndGradient(0.5)[1], 1e-6);
  }
}
