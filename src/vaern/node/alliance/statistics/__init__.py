"""Room of the alliance: the statistics that a member state owes by the law of the European Union, as an export."""
