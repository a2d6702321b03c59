"""Room of the alliance: how mature each country says that its capabilities of the Model National Response are."""
