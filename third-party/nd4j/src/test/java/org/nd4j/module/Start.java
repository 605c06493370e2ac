package org.nd4j.module;

import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Starts ND4J in a process of its own and prints one product: 7.0 and nothing else. */
final class Start {
  private Start() {}

  public static void main(String[] arguments) {
    INDArray row = Nd4j.createFromArray(new double[] {1, 2, 3}).reshape(1, 3);
    INDArray column = Nd4j.createFromArray(new double[] {2, 1, 1}).reshape(3, 1);
    INDArray product = row.mmul(column).castTo(DataType.FLOAT);
    System.out.print(product.sumNumber().doubleValue());
  }
}
