package dev.difftop.api.array;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;

/**
 * A named stream of random numbers, split from the seed of the run by its path of names ({@code
 * root(7).child("replay").child(12)}). Equal paths give equal numbers, whatever was drawn from
 * other streams and on which thread: a run resumes exactly by naming its streams after the step.
 * They are the same on every version of Java.
 *
 * <p>One stream belongs to one thread; children can be taken from any thread.
 */
public final class RandomStream implements RandomGenerator {
  private static final RandomGeneratorFactory<RandomGenerator> FACTORY =
      RandomGeneratorFactory.of("L64X128MixRandom");

  private final byte[] key;
  private RandomGenerator generator;

  private RandomStream(byte[] key) {
    this.key = key;
  }

  /** The root of all streams of a run. */
  public static RandomStream root(long seed) {
    return new RandomStream(digest(new byte[0], ByteBuffer.allocate(8).putLong(seed).array()));
  }

  /** The stream of that name below this one. */
  public RandomStream child(String name) {
    return new RandomStream(digest(key, name.getBytes(StandardCharsets.UTF_8)));
  }

  /** The stream of that number below this one: a step, an episode, a sample. */
  public RandomStream child(long index) {
    return child("#" + index);
  }

  private static byte[] digest(byte[] parent, byte[] name) {
    try {
      MessageDigest sha = MessageDigest.getInstance("SHA-256");
      sha.update(parent);
      return sha.digest(name);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  @Override
  public long nextLong() {
    if (generator == null) {
      // From a long: what bytes become differs between versions of Java.
      generator = FACTORY.create(ByteBuffer.wrap(key).getLong());
    }
    return generator.nextLong();
  }
}
