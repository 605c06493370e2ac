/** Files as ManiSkill stores them, with a JSON file beside. */
package dev.difftop.data.hdf5.maniskill;
