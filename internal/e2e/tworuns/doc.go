// Package tworuns tests what a real CLI does when captures of several runs, or
// several captures of one run, are in each other's way: afterwards each of them
// is in exactly one state, or the run said that it cannot tell.
package tworuns
