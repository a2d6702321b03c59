"""How far the alliance is: members and goals on one page, one member, one goal. Only what is published is shown."""
