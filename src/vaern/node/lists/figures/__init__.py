"""How often each list is wrong, by month: counted each night, published when its curator says so."""
