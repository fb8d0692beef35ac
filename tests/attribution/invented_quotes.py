"""Sentences invented for the tests, as people of no real town might say them."""

QUOTES = """
We will not drain the eastern marsh this year, and nobody on the council has asked for it.
The harbour wall was never meant to carry lorries, and the engineers told Marlow so in 1998.
I don't think the ferry company can keep forty sailors through the winter without new contracts.
They have to repair the sluice before the spring tides, or the lower meadows will flood again.
If the herons leave the northern pond, we will have lost something that money cannot buy back.
She told the people of Eastwick that the library would stay open, but only until the lease ends.
We are not going to sell the old theatre, because the whole neighborhood grew up in it.
About 300 workers at the cannery may lose their jobs when the last trawler leaves the bay.
The mayor could have asked for help from Northfield, and he didn't do it for two whole weeks.
It's a good plan and a clear plan, and Quentin deserves the thanks of every family on the island.
Our organization has organized this parade for 25 years, and we can't remember worse weather.
You must understand that the bridge is safe, although the paint and the railings look terrible.
They're building a hospital in Kestrel with fifteen beds, and we've heard no objections so far.
He said that Barnaby should apologize to the bakers and the millers before the market opens.
The city has spent $2.5 million on the tunnel, and people are tired of fences and noise.
Nothing about this election was fair, and the voters of Lowbridge know exactly what happened.
There are twelve boats in the harbor today, and eleven of them need a new engine by summer.
I am proud of our children and our teachers, who wanted nothing but a dry classroom.
We might close the upper road in March, unless the county finds another way to clear the snow.
The company knows the problem, it has the money, and it is hiding behind lawyers and letters.
That is not true, and the speaker of the assembly knows that it is not true.
The nurses work long nights in a cold building, and they are still kind and patient with everyone.
We speak about the marsh with one voice, and Marlow will hear that voice at the hearing.
I would give the fishermen a second chance, since they always paid their debts in the past.
The story that he told the papers in Eastwick was wrong from the beginning to the end.
Fifty percent of the tickets were gone by noon, and the queue still went around the corner.
He is unfit to run a ferry, and no one who has sailed with him will say otherwise.
We shall rebuild the mill with oak and stone, as our fathers built it after the great fire.
They wanted jobs and houses, and they got promises and a very expensive fountain.
This is the first time that Barnaby and his friends have agreed on anything in ten years.
The judge is an honest woman, and she should decide the case quickly or hand it to another court.
We need a new roof on the school, and the council has known this for three winters.
I hope that he reads the report about the dam, because the engineers in Kestrel wrote it in plain words.
The farmers of the valley are realizing that the water will not come back by itself.
He has called me a liar in public, and she never said a word to stop him.
A dozen shops on the main street are empty, which means that the rents must come down.
""".strip().splitlines()
