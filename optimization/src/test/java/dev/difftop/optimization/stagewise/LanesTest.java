package dev.difftop.optimization.stagewise;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A lane's numbers have the same bits however many lanes there are. */
class LanesTest {
  private static final int WIDTH = 40;

  private static double[][] random(int count, long seed) {
    Random random = new Random(seed);
    double[][] out = new double[count][];
    for (int e = 0; e < count; e++) {
      out[e] = random.doubles(WIDTH, -1, 1).toArray();
    }
    return out;
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 7, 12})
  void fewLanesSumAsManyDo(int terms) {
    double[][] a = random(2 * terms, 1);
    double[][] b = random(3 * terms, 2);
    double[][] many = random(3, 3);
    double[] c = random(1, 4)[0];
    Lanes.addProducts(many[0], a, 0, 2, b, 1, 3, terms, WIDTH);
    Lanes.setProducts(many[1], a, 0, 2, b, 1, 3, terms, WIDTH);
    Lanes.setProducts(many[2], c, a, 0, 2, b, 1, 3, terms, WIDTH);
    for (int lanes : new int[] {1, 8, 15, 16, 17}) {
      double[][] few = random(3, 3);
      Lanes.addProducts(few[0], a, 0, 2, b, 1, 3, terms, lanes);
      Lanes.setProducts(few[1], a, 0, 2, b, 1, 3, terms, lanes);
      Lanes.setProducts(few[2], c, a, 0, 2, b, 1, 3, terms, lanes);
      for (int l = 0; l < lanes; l++) {
        for (int i = 0; i < 3; i++) {
          assertEquals(many[i][l], few[i][l], "lane " + l + " of " + lanes);
        }
      }
    }
  }
}
