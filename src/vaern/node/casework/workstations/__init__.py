"""Workstations: a record leaves as VICS for a program that people grade with, and what it leaves out is said before."""
