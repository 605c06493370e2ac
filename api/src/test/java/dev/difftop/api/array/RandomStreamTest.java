package dev.difftop.api.array;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

/** Numbers written down once: every version of Java must draw them again. */
class RandomStreamTest {
  private final RandomStream stream = RandomStream.root(7).child("replay").child(12);

  @Test
  void drawsTheSameBitsEverywhere() {
    assertEquals(6558708974496094541L, stream.nextLong());
    assertEquals(2063497373403735715L, stream.nextLong());
    assertEquals(4577740234694109317L, stream.nextLong());
    assertEquals(0.13374652235601203, stream.nextDouble());
    assertEquals(0.8144883f, stream.nextFloat());
    assertEquals(605, stream.nextInt(1000));
    assertEquals(559, stream.nextInt(1000));
    assertEquals(1208601176, stream.nextInt());
    assertEquals(1.0214821408527541, stream.nextDouble(-2, 3));
    assertEquals(true, stream.nextBoolean());
    assertEquals(7173575336L, stream.nextLong(100_000_000_000L));
    assertEquals(1.4934066848909666, stream.nextExponential());
  }

  /** So many that every branch of the sampler is taken. */
  @Test
  void drawsTheSameNormalNumbersEverywhere() {
    double sum = 0;
    for (int i = 0; i < 100_000; i++) {
      sum += stream.nextGaussian();
    }
    assertEquals(150.64585437200662, sum);
  }
}
