package dev.difftop.engine.nd4j.memory;

import org.nd4j.nativeblas.NativeOpsHolder;

/** What the processor can do. */
public final class Processor {
  /** Level of AVX-512 in ND4J's count. */
  private static final int AVX512 = 3;

  private Processor() {}

  public static boolean hasAvx512() {
    return NativeOpsHolder.getInstance().getDeviceNativeOps().optimalLevel() >= AVX512;
  }
}
