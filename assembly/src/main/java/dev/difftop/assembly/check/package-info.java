/** What parts return, checked at their first use: observations, and solutions. */
package dev.difftop.assembly.check;
