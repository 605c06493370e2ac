/**
 * Methods that work stage by stage, many samples at once.
 *
 * <p>A <em>lane</em> is the place of one sample in a {@link
 * dev.difftop.optimization.stagewise.SampleBlock}. Every entry of a stage's vector or matrix is an
 * array with one number for each lane, indexed (stage, entry, lane), so that arithmetic is made of
 * loops over neighbouring numbers, which compilers turn into vector instructions. Lanes do not
 * depend on each other. Outside of this package there are only samples: a method implements {@link
 * dev.difftop.optimization.stagewise.StagewiseMethod} and calls phases on a block.
 */
package dev.difftop.optimization.stagewise;
