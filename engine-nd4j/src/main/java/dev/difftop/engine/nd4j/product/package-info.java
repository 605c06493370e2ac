/** Matrix products: oneDNN, OpenBLAS and products in bfloat16 behind one interface. */
package dev.difftop.engine.nd4j.product;
